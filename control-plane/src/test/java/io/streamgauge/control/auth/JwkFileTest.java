package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.InvalidConfigException;
import io.streamgauge.control.testing.TestingIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwkFileTest {

    private static final TenantId TENANT = new TenantId("tenant");

    @TempDir private Path folder = Path.of("");
    private Path file = Path.of("");

    @BeforeEach
    void nameFile() {
        file = folder.resolve("jwks.json");
    }

    @Test
    void believesTheKeysOfTheFileAsItIsNow() throws IOException {
        TestingIssuer first = new TestingIssuer();
        TestingIssuer second = new TestingIssuer();
        first.publishTo(file);
        JwtAuthenticator authenticator = authenticator();
        assertBelieved(authenticator, first);
        assertRefused(authenticator, second);

        replaceWith(second);

        assertBelieved(authenticator, second);
        assertRefused(authenticator, first);
    }

    @Test
    void keepsTheKeysWhileTheFileIsUnreadable() throws IOException {
        TestingIssuer issuer = new TestingIssuer();
        issuer.publishTo(file);
        JwtAuthenticator authenticator = authenticator();

        Files.writeString(file, "{ half of");
        assertBelieved(authenticator, issuer);
        Files.delete(file);
        assertBelieved(authenticator, issuer);
        TestingIssuer next = new TestingIssuer();
        next.publishTo(file);
        assertBelieved(authenticator, next);
    }

    @Test
    void stopsTheStartWhereThereAreNoKeys() throws IOException {
        assertThatThrownBy(this::authenticator)
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("token.jwks");

        Files.writeString(file, "not a key set");
        assertThatThrownBy(this::authenticator).isInstanceOf(InvalidConfigException.class);
    }

    @Test
    void believesTokensSignedWithRsaToo() throws Exception {
        RSAKey key = new RSAKeyGenerator(2_048).keyID("rsa").generate();
        Files.writeString(file, new JWKSet(key.toPublicJWK()).toString());
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .type(new JOSEObjectType("at+jwt"))
                                .keyID("rsa")
                                .build(),
                        TestingIssuer.claims(TENANT, "viewer").build());
        token.sign(new RSASSASigner(key));

        Principal principal = authenticator().authenticate(token.serialize());

        assertThat(principal.grants()).containsOnly(Map.entry(TENANT, Role.VIEWER.scopes()));
    }

    @Test
    void tellsWhoWhoseWhatAndHowLong() throws Exception {
        TestingIssuer issuer = new TestingIssuer();
        issuer.publishTo(file);
        var claims = TestingIssuer.claims(TENANT, "editor", "of-another-system").build();

        Principal principal = authenticator().authenticate(issuer.token(claims));

        assertThat(principal)
                .isEqualTo(
                        new Principal(
                                AuthMethod.JWT,
                                "someone",
                                Map.of(TENANT, Role.EDITOR.scopes()),
                                false,
                                claims.getExpirationTime().toInstant()));
    }

    private JwtAuthenticator authenticator() {
        return new JwtAuthenticator(
                TestingIssuer.config(file), Clock.systemUTC(), (issuer, subject) -> Map.of());
    }

    /** As a careful tool replaces a file: in one step. */
    private void replaceWith(TestingIssuer issuer) throws IOException {
        Path next = folder.resolve("next.json");
        issuer.publishTo(next);
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void assertBelieved(JwtAuthenticator authenticator, TestingIssuer issuer) {
        assertThatCode(() -> authenticator.authenticate(issuer.token(TENANT, "viewer")))
                .doesNotThrowAnyException();
    }

    private static void assertRefused(JwtAuthenticator authenticator, TestingIssuer issuer) {
        assertThatThrownBy(() -> authenticator.authenticate(issuer.token(TENANT, "viewer")))
                .isInstanceOf(AuthenticationException.class);
    }
}
