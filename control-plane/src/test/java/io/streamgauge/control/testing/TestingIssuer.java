package io.streamgauge.control.testing;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.TokenConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

/** Issues real tokens, signed with ES256, as an identity provider would. */
public final class TestingIssuer {

    public static final String ISSUER = "https://issuer.test";
    public static final String AUDIENCE = "streamgauge";

    private final ECKey key;

    public TestingIssuer() {
        try {
            key = new ECKeyGenerator(Curve.P_256).keyID(UUID.randomUUID().toString()).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The key pair. */
    public ECKey key() {
        return key;
    }

    /** Writes the public key as a JWK set. */
    public void publishTo(Path file) {
        try {
            Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A configuration that believes this issuer's tokens. */
    public static TokenConfig config(Path jwks) {
        return new TokenConfig(jwks.toString(), ISSUER, AUDIENCE);
    }

    /** A token for an hour. */
    public String token(TenantId tenant, String... roles) {
        return token(claims(tenant, roles).build());
    }

    /** A token for an hour of someone who runs the platform and belongs to no tenant. */
    public String operatorToken() {
        return token(
                claims(new TenantId("none"), "operator")
                        .subject("the-operator")
                        .claim("tenant", null)
                        .build());
    }

    /** A token of the right type with any claims. */
    public String token(JWTClaimsSet claims) {
        return token(claims, header -> header);
    }

    /** A token with any claims and header. */
    public String token(JWTClaimsSet claims, UnaryOperator<JWSHeader.Builder> header) {
        JWSHeader.Builder usual =
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(key.getKeyID());
        SignedJWT token = new SignedJWT(header.apply(usual).build(), claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    /** What a good token says. */
    public static JWTClaimsSet.Builder claims(TenantId tenant, String... roles) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS); // as tokens have it
        return new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(AUDIENCE)
                .subject("someone")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(3_600)))
                .jwtID(UUID.randomUUID().toString())
                .claim("tenant", tenant.value())
                .claim("roles", List.of(roles));
    }
}
