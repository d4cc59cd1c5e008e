package io.streamgauge.local.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Makes access tokens (RFC 9068) that the local control plane believes. Whoever can read the data
 * folder can make them; elsewhere an identity provider does this.
 */
public final class TokenIssuer {

    /** Whom a token comes from. */
    public static final String ISSUER = "streamgauge-local";

    /** Whom a token is for. */
    public static final String AUDIENCE = "streamgauge";

    /** The roles there are, the least powerful first; the last is of the platform, not a tenant. */
    public static final List<String> ROLES = List.of("viewer", "editor", "admin", "operator");

    private static final Duration MOST = Duration.ofDays(366);

    private final LocalKeys keys;
    private final Clock clock;

    public TokenIssuer(LocalKeys keys, Clock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    /**
     * Makes a token.
     *
     * @param subject who will use it
     * @param roles some of {@link #ROLES}
     * @param ttl how long it is good for, 366 days at most
     * @throws IllegalArgumentException where a role is unknown or the time to live out of range
     */
    public String issue(String subject, TenantId tenant, Set<String> roles, Duration ttl) {
        check(roles, ttl);
        Instant now = clock.instant();
        JWTClaimsSet claims =
                new JWTClaimsSet.Builder()
                        .issuer(ISSUER)
                        .audience(AUDIENCE)
                        .subject(subject)
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(ttl)))
                        .jwtID(UUID.randomUUID().toString())
                        .claim("client_id", "streamgauge-cli")
                        .claim("tenant", tenant.value())
                        .claim("roles", roles.stream().sorted().toList())
                        .build();
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.ES256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID(keys.signingKey().getKeyID())
                                .build(),
                        claims);
        try {
            token.sign(new ECDSASigner(keys.signingKey()));
        } catch (JOSEException e) {
            throw new IllegalStateException("a key of our own making must sign", e);
        }
        return token.serialize();
    }

    private static void check(Set<String> roles, Duration ttl) {
        for (String role : roles) {
            if (!ROLES.contains(role)) {
                throw new IllegalArgumentException(
                        "role: %s (expected: %s)".formatted(role, String.join(", ", ROLES)));
            }
        }
        if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(MOST) > 0) {
            throw new IllegalArgumentException(
                    "ttl: %s (expected: 1s to %s)"
                            .formatted(
                                    ttl.isNegative() ? ttl : Durations.format(ttl),
                                    Durations.format(MOST)));
        }
    }
}
