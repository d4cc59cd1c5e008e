package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.crypto.factories.DefaultJWSSignerFactory;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.OctetSequenceKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.EncryptedJWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.TokenClaims;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.testing.TestingIssuer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens that are signed, and must not be believed all the same, or of which only just. */
class TokenConfusionTest {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final TenantId TENANT = new TenantId("north");
    private static final List<String> ALL_ALGORITHMS =
            List.of(
                    "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384",
                    "PS512");

    private static final ECKey EC = generate(Curve.P_256);
    private static final RSAKey RSA_KEY = generateRsa("rsa");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"
            })
    void believesTheAlgorithmsOfTheListAndNoOthers(String name) throws Exception {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        JWK key =
                JWSAlgorithm.Family.EC.contains(algorithm)
                        ? generate(Curve.forJWSAlgorithm(algorithm).iterator().next())
                        : RSA_KEY;
        String token = sign(key, algorithm, header -> header, claims().build());
        List<String> others = new ArrayList<>(ALL_ALGORITHMS);
        others.remove(name);

        assertBelieved(authenticator(config(Set.of(name), Set.of("at+jwt")), key), token);
        assertRefused(authenticator(config(Set.copyOf(others), Set.of("at+jwt")), key), token);
    }

    static Stream<Arguments> forgeries() throws Exception {
        JWTClaimsSet claims = claims().build();
        byte[] pem =
                ("-----BEGIN PUBLIC KEY-----\n"
                                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                        .encodeToString(RSA_KEY.toPublicKey().getEncoded())
                                + "\n-----END PUBLIC KEY-----\n")
                        .getBytes(StandardCharsets.UTF_8);
        RSAKey own = generateRsa("rsa"); // with the id of the good one
        String good = sign(RSA_KEY, JWSAlgorithm.RS256, header -> header, claims);
        String[] parts = good.split("\\.", -1);
        return Stream.of(
                arguments("HMAC with the public key as PEM", hmac(pem)),
                arguments(
                        "HMAC with the public key as DER",
                        hmac(RSA_KEY.toPublicKey().getEncoded())),
                arguments("HMAC with the modulus", hmac(RSA_KEY.getModulus().decode())),
                arguments(
                        "HMAC with the public key as JWK",
                        hmac(
                                RSA_KEY.toPublicJWK()
                                        .toJSONString()
                                        .getBytes(StandardCharsets.UTF_8))),
                arguments("alg none", raw("{'alg':'none','typ':'at+jwt'}", claims, "")),
                arguments("alg None", raw("{'alg':'None','typ':'at+jwt'}", claims, "")),
                arguments(
                        "alg none with a signature",
                        raw("{'alg':'none','typ':'at+jwt','kid':'rsa'}", claims, parts[2])),
                arguments("no alg", raw("{'typ':'at+jwt','kid':'rsa'}", claims, parts[2])),
                arguments("no signature", parts[0] + "." + parts[1] + "."),
                arguments("an empty signature part less", parts[0] + "." + parts[1]),
                arguments("the signature of another", swapped(good, claims)),
                arguments(
                        "a key of its own with a good id",
                        sign(own, JWSAlgorithm.RS256, header -> header, claims)),
                arguments(
                        "a key of its own in the header",
                        sign(
                                own,
                                JWSAlgorithm.RS256,
                                header -> header.jwk(own.toPublicJWK()),
                                claims)),
                arguments(
                        "a key of its own in the header, without an id",
                        sign(
                                own,
                                JWSAlgorithm.RS256,
                                header -> header.keyID(null).jwk(own.toPublicJWK()),
                                claims)),
                arguments(
                        "ECDSA with r and s of zero",
                        raw(
                                "{'alg':'ES256','typ':'at+jwt','kid':'ec'}",
                                claims,
                                Base64URL.encode(new byte[64]).toString())),
                arguments(
                        "ES256 by the key of RS256",
                        raw("{'alg':'ES256','typ':'at+jwt','kid':'rsa'}", claims, parts[2])),
                arguments(
                        "RS256 by the key of ES256",
                        raw("{'alg':'RS256','typ':'at+jwt','kid':'ec'}", claims, parts[2])),
                arguments("encrypted for the public key", encrypted(claims)),
                arguments("JSON serialization", json(parts)),
                arguments("a detached payload", parts[0] + ".." + parts[2]),
                arguments("four parts", good + ".x"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("forgeries")
    void refusesWhatTheProviderHasNotSigned(String what, String token) {
        assertRefused(authenticator(TokenConfig.DEFAULT_TYPES), token);
    }

    @Test
    void fetchesNoKeyThatATokenPointsTo() throws Exception {
        RSAKey own = generateRsa("own");
        try (TestingProvider evil = TestingProvider.start()) {
            evil.publishText(new JWKSet(own.toPublicJWK()).toString());
            URI keys = URI.create(evil.address(TestingProvider.KEYS));
            List<UnaryOperator<JWSHeader.Builder>> pointers =
                    List.of(
                            header -> header.jwkURL(keys),
                            header -> header.x509CertURL(keys),
                            header -> header.jwkURL(keys).keyID(keys.toString()),
                            header -> header.jwkURL(keys).keyID(null));

            for (UnaryOperator<JWSHeader.Builder> pointer : pointers) {
                assertRefused(
                        authenticator(TokenConfig.DEFAULT_TYPES),
                        sign(own, JWSAlgorithm.RS256, pointer, claims().build()));
            }
            assertThat(evil.fetches()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../../../../dev/null",
                "/dev/null",
                "file:///dev/null",
                "rsa' OR '1'='1",
                "rsa\u0000",
                " rsa",
                "RSA",
                "*",
                "${jndi:ldap://127.0.0.1/x}"
            })
    void comparesKeyIdsAndDoesNothingElseWithThem(String id) throws Exception {
        assertRefused(
                authenticator(TokenConfig.DEFAULT_TYPES),
                sign(RSA_KEY, JWSAlgorithm.RS256, header -> header.keyID(id), claims().build()));
        // An empty file, or none, is no HMAC secret either.
        assertRefused(
                authenticator(TokenConfig.DEFAULT_TYPES),
                raw("{'alg':'HS256','typ':'at+jwt','kid':'/dev/null'}", claims().build(), "AA"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exp", "alg-of-mine", "https://example.org/x"})
    void refusesExtensionsThatMustBeUnderstood(String extension) throws Exception {
        assertRefused(
                authenticator(TokenConfig.DEFAULT_TYPES),
                sign(
                        RSA_KEY,
                        JWSAlgorithm.RS256,
                        header ->
                                header.criticalParams(Set.of(extension)).customParam(extension, 1),
                        claims().build()));
    }

    @Test
    void usesNoKeyForWhatItIsNotMeant() throws Exception {
        RSAKey encryption = new RSAKey.Builder(RSA_KEY).keyUse(KeyUse.ENCRYPTION).build();
        RSAKey other = new RSAKey.Builder(RSA_KEY).algorithm(JWSAlgorithm.RS512).build();
        String token = sign(RSA_KEY, JWSAlgorithm.RS256, header -> header, claims().build());

        for (JWK key : List.of(encryption, other)) {
            assertRefused(authenticator(config(Set.of("RS256"), Set.of("at+jwt")), key), token);
        }
    }

    @Test
    void refusesAnAlgorithmThatDoesNotFitTheCurve() throws Exception {
        ECKey wide = generate(Curve.P_384);
        String token = sign(wide, JWSAlgorithm.ES384, header -> header, claims().build());
        String claimed =
                raw(
                        "{'alg':'ES256','typ':'at+jwt','kid':'ec'}",
                        claims().build(),
                        token.split("\\.", -1)[2]);

        assertRefused(authenticator(config(Set.of("ES256"), Set.of("at+jwt")), wide), claimed);
    }

    @Test
    void neverTakesASecretForAKey() throws Exception {
        var secret = new OctetSequenceKeyGenerator(256).keyID("rsa").generate();
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID("rsa")
                                .build(),
                        claims().build());
        token.sign(new MACSigner(secret));

        assertRefused(
                authenticator(config(Set.of("RS256"), Set.of("at+jwt")), secret),
                token.serialize());
    }

    static Stream<Arguments> times() {
        return Stream.of(
                arguments(claims().expirationTime(at(-29)), true),
                arguments(claims().expirationTime(at(-31)), false),
                arguments(claims().notBeforeTime(at(29)), true),
                arguments(claims().notBeforeTime(at(31)), false),
                arguments(claims().issueTime(at(30)), true),
                arguments(claims().issueTime(at(31)), false),
                arguments(claims().expirationTime(null), false),
                arguments(claims().issueTime(null), false),
                arguments(claims().subject(null), false),
                arguments(claims().issuer(null), false),
                arguments(claims().issuer("https://issuer.test/"), false),
                arguments(claims().issuer("https://ISSUER.test"), false),
                arguments(claims().audience("other"), false),
                arguments(claims().audience(List.of()), false),
                arguments(claims().audience(List.of("other", "streamgauge")), true),
                arguments(claims().audience("Streamgauge"), false),
                arguments(claims().claim("exp", "tomorrow"), false),
                arguments(claims().claim("exp", -1), false));
    }

    @ParameterizedTest
    @MethodSource("times")
    void believesATokenInItsTimeAndForItsAudience(JWTClaimsSet.Builder claims, boolean believed)
            throws Exception {
        String token = sign(RSA_KEY, JWSAlgorithm.RS256, header -> header, claims.build());

        if (believed) {
            assertBelieved(authenticator(TokenConfig.DEFAULT_TYPES), token);
        } else {
            assertRefused(authenticator(TokenConfig.DEFAULT_TYPES), token);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exp", "iat", "sub"})
    void refusesClaimsThatAreThereAndNull(String claim) throws Exception {
        String payload =
                claims().build()
                        .toString(true)
                        .replaceFirst("\"" + claim + "\":[^,}]+", "\"" + claim + "\":null");
        var token =
                new JWSObject(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID("rsa")
                                .build(),
                        new Payload(payload));
        token.sign(new DefaultJWSSignerFactory().createJWSSigner(RSA_KEY, JWSAlgorithm.RS256));

        assertThat(payload).contains("null");
        assertRefused(authenticator(TokenConfig.DEFAULT_TYPES), token.serialize());
    }

    static Stream<Arguments> types() {
        List<String> access = List.of("at+jwt");
        List<String> any = List.of("at+jwt", "JWT");
        return Stream.of(
                arguments(access, "at+jwt", true),
                arguments(access, "AT+JWT", true),
                arguments(access, "application/at+jwt", true),
                arguments(access, "JWT", false),
                arguments(access, "", false),
                arguments(access, "id_token+jwt", false),
                arguments(any, "at+jwt", true),
                arguments(any, "JWT", true),
                arguments(any, "jwt", true),
                arguments(any, "", true),
                arguments(any, "logout+jwt", false),
                arguments(any, "dpop+jwt", false));
    }

    @ParameterizedTest
    @MethodSource("types")
    void believesTheTypesOfTheList(List<String> allowed, String type, boolean believed)
            throws Exception {
        String token =
                sign(
                        RSA_KEY,
                        JWSAlgorithm.RS256,
                        header -> header.type(type.isEmpty() ? null : new JOSEObjectType(type)),
                        claims().build());

        if (believed) {
            assertBelieved(authenticator(allowed), token);
        } else {
            assertRefused(authenticator(allowed), token);
        }
    }

    static Stream<Arguments> uses() {
        return Stream.of(
                arguments(claims(), true),
                arguments(claims().claim("typ", "Bearer"), true),
                arguments(claims().claim("typ", "Bearer").claim("nonce", "n"), true),
                arguments(claims().claim("token_use", "access"), true),
                arguments(claims().claim("typ", "ID"), false),
                arguments(claims().claim("typ", "Refresh"), false),
                arguments(claims().claim("typ", "Logout"), false),
                arguments(claims().claim("typ", List.of("Bearer")), false),
                arguments(claims().claim("token_use", "id"), false),
                arguments(claims().claim("typ", "Bearer").claim("token_use", "id"), false),
                arguments(claims().claim("nonce", "n"), false),
                arguments(claims().claim("at_hash", "h"), false),
                arguments(claims().claim("c_hash", "h"), false),
                arguments(claims().claim("events", Map.of("logout", Map.of())), false),
                arguments(claims().audience("some-client"), false));
    }

    @ParameterizedTest
    @MethodSource("uses")
    void refusesIdTokensAmongTokensOfTheTypeJwt(JWTClaimsSet.Builder claims, boolean believed)
            throws Exception {
        String token =
                sign(
                        RSA_KEY,
                        JWSAlgorithm.RS256,
                        header -> header.type(JOSEObjectType.JWT),
                        claims.build());

        if (believed) {
            assertBelieved(authenticator(List.of("JWT")), token);
        } else {
            assertRefused(authenticator(List.of("JWT")), token);
        }
    }

    @Test
    void doesNotReadWhatIsTooLong() {
        assertThatThrownBy(
                        () ->
                                authenticator(TokenConfig.DEFAULT_TYPES)
                                        .authenticate("x".repeat(8_193)))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageContaining("8193 characters");
    }

    private static JWTClaimsSet.Builder claims() {
        return TestingIssuer.claims(TENANT, "admin").issueTime(at(0)).expirationTime(at(3_600));
    }

    private static Date at(int seconds) {
        return Date.from(NOW.plusSeconds(seconds));
    }

    private static JwtAuthenticator authenticator(List<String> types) {
        return authenticator(
                config(Set.copyOf(TokenConfig.DEFAULT_ALGORITHMS), Set.copyOf(types)), EC, RSA_KEY);
    }

    private static JwtAuthenticator authenticator(TokenConfig config, JWK... keys) {
        return new JwtAuthenticator(
                config,
                Clock.fixed(NOW, ZoneOffset.UTC),
                (issuer, subject) -> Map.of(),
                new ImmutableJWKSet<>(new JWKSet(List.of(keys))));
    }

    private static TokenConfig config(Set<String> algorithms, Set<String> types) {
        return new TokenConfig(
                "unused",
                TestingIssuer.ISSUER,
                TestingIssuer.AUDIENCE,
                algorithms,
                types,
                Duration.ofMinutes(5),
                TokenClaims.DEFAULT);
    }

    private static void assertBelieved(JwtAuthenticator authenticator, String token) {
        assertThatCode(() -> authenticator.authenticate(token)).doesNotThrowAnyException();
    }

    private static void assertRefused(JwtAuthenticator authenticator, String token) {
        assertThatThrownBy(() -> authenticator.authenticate(token))
                .isInstanceOf(AuthenticationException.class)
                .hasMessageStartingWith("token: ");
    }

    private static String sign(
            JWK key,
            JWSAlgorithm algorithm,
            UnaryOperator<JWSHeader.Builder> header,
            JWTClaimsSet claims)
            throws JOSEException {
        JWSHeader.Builder usual =
                new JWSHeader.Builder(algorithm)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(key.getKeyID());
        SignedJWT token = new SignedJWT(header.apply(usual).build(), claims);
        token.sign(new DefaultJWSSignerFactory().createJWSSigner(key, algorithm));
        return token.serialize();
    }

    private static String hmac(byte[] secret) throws JOSEException {
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.HS256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID("rsa")
                                .build(),
                        claims().build());
        token.sign(new MACSigner(secret));
        return token.serialize();
    }

    /** A header and claims as they stand here, with any signature. */
    private static String raw(String header, JWTClaimsSet claims, String signature) {
        return Base64URL.encode(header.replace('\'', '"'))
                + "."
                + Base64URL.encode(claims.toString())
                + "."
                + signature;
    }

    private static String swapped(String good, JWTClaimsSet claims) {
        String[] parts = good.split("\\.", -1);
        JWTClaimsSet more = new JWTClaimsSet.Builder(claims).subject("another").build();
        return parts[0] + "." + Base64URL.encode(more.toString()) + "." + parts[2];
    }

    private static String encrypted(JWTClaimsSet claims) throws JOSEException {
        EncryptedJWT token =
                new EncryptedJWT(
                        new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A128GCM)
                                .type(new JOSEObjectType("at+jwt"))
                                .build(),
                        claims);
        token.encrypt(new RSAEncrypter(RSA_KEY.toPublicJWK()));
        return token.serialize();
    }

    private static String json(String[] parts) {
        return "{\"payload\":\"%s\",\"protected\":\"%s\",\"signature\":\"%s\"}"
                .formatted(parts[1], parts[0], parts[2]);
    }

    private static ECKey generate(Curve curve) {
        try {
            return new ECKeyGenerator(curve).keyID("ec").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RSAKey generateRsa(String id) {
        try {
            return new RSAKeyGenerator(2_048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }
}
