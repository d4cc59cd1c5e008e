package io.streamgauge.control.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.problem.Unavailable;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Believes access tokens as RFC 9068 has them: signed with ES256 or RS256 by a key of the
 * configured set, of type {@code at+jwt}, from the configured issuer, for us, and of now. The
 * algorithm comes from this list, never from the token alone (RFC 8725, 3.1): unsigned tokens and
 * tokens signed with a public key as an HMAC secret do not pass.
 */
public final class JwtAuthenticator implements Authenticator {

    /** More than any token of ours needs; parsing costs more than its length. */
    private static final int MAX_CHARACTERS = 8 * 1024;

    /** How far the clocks of issuer and server may be apart. */
    private static final Duration SKEW = Duration.ofSeconds(30);

    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(JWSAlgorithm.ES256, JWSAlgorithm.RS256);

    private static final Set<JOSEObjectType> TYPES =
            Set.of(new JOSEObjectType("at+jwt"), new JOSEObjectType("application/at+jwt"));

    private static final String OPERATOR_ROLE = "operator";

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    private final Memberships memberships;

    /**
     * @param memberships for tokens that name no tenant
     * @throws io.streamgauge.control.config.InvalidConfigException where the keys are in a file
     *     that cannot be read
     */
    public JwtAuthenticator(TokenConfig config, Clock clock, Memberships memberships) {
        this(config, clock, memberships, JwkSources.of(config));
    }

    JwtAuthenticator(
            TokenConfig config,
            Clock clock,
            Memberships memberships,
            JWKSource<SecurityContext> keys) {
        this.memberships = memberships;
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(TYPES));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(ALGORITHMS, keys));
        processor.setJWTClaimsSetVerifier(new ClaimsVerifier(config, clock));
    }

    @Override
    public Principal authenticate(String token) throws AuthenticationException {
        if (token.isEmpty() || token.length() > MAX_CHARACTERS) {
            throw new AuthenticationException(
                    "token: %d characters (expected: 1 to %d)"
                            .formatted(token.length(), MAX_CHARACTERS));
        }
        JWTClaimsSet claims;
        try {
            claims = processor.process(token, null);
        } catch (ParseException e) {
            throw new AuthenticationException("token: not a JWT (expected: a signed JWT)");
        } catch (BadJOSEException e) {
            throw new AuthenticationException("token: " + e.getMessage());
        } catch (JOSEException e) {
            throw new Unavailable("the keys of tokens cannot be had", Duration.ofSeconds(5), e);
        }
        return principal(claims);
    }

    private Principal principal(JWTClaimsSet claims) throws AuthenticationException {
        try {
            String tenant = claims.getStringClaim("tenant");
            if (tenant != null && !TenantId.isValid(tenant)) {
                throw new AuthenticationException(
                        "token: claim tenant is malformed (expected: a tenant id)");
            }
            List<String> roles = claims.getStringListClaim("roles");
            boolean operator = roles != null && roles.contains(OPERATOR_ROLE);
            Map<TenantId, Set<Scope>> grants =
                    tenant == null
                            ? memberships.of(claims.getIssuer(), claims.getSubject())
                            : Map.of(new TenantId(tenant), scopes(claims));
            return new Principal(
                    AuthMethod.JWT,
                    claims.getSubject(),
                    grants,
                    operator,
                    claims.getExpirationTime().toInstant());
        } catch (ParseException e) {
            throw new AuthenticationException(
                    "token: a claim has a wrong type (expected: tenant and scope as strings, roles"
                            + " as an array of strings)");
        }
    }

    /** What the roles give, as far as the scope claim, where there is one, leaves it. */
    private static Set<Scope> scopes(JWTClaimsSet claims) throws ParseException {
        EnumSet<Scope> scopes = EnumSet.noneOf(Scope.class);
        List<String> roles = claims.getStringListClaim("roles");
        if (roles != null) {
            roles.stream()
                    .filter(Objects::nonNull)
                    .map(Role::ofWireName)
                    .flatMap(Optional::stream)
                    .forEach(role -> scopes.addAll(role.scopes()));
        }
        String scope = claims.getStringClaim("scope");
        if (scope != null) {
            List<String> named = List.of(scope.split(" "));
            scopes.removeIf(it -> !named.contains(it.wireName()));
        }
        return scopes;
    }

    private static final class ClaimsVerifier extends DefaultJWTClaimsVerifier<SecurityContext> {

        private final Clock clock;

        ClaimsVerifier(TokenConfig config, Clock clock) {
            super(
                    config.audience(),
                    new JWTClaimsSet.Builder().issuer(config.issuer()).build(),
                    Set.of("sub", "exp", "iat"));
            this.clock = clock;
            setMaxClockSkew((int) SKEW.toSeconds());
        }

        @Override
        protected Date currentTime() {
            return Date.from(clock.instant());
        }
    }
}
