package io.streamgauge.local.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.streamgauge.contracts.TenantId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenIssuerTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    private static final TenantId DEMO = new TenantId("demo");

    @TempDir private Path folder;

    private LocalKeys keys;
    private TokenIssuer issuer;

    @BeforeEach
    void createKeys() throws Exception {
        keys = LocalKeys.openOrCreate(folder.resolve("keys"));
        issuer = new TokenIssuer(keys, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void signsWhatThePublicKeysVerify() throws Exception {
        SignedJWT token =
                SignedJWT.parse(issuer.issue("ann", DEMO, Set.of("editor"), Duration.ofHours(12)));

        assertThat(token.verify(new ECDSAVerifier(publicKey(token.getHeader().getKeyID()))))
                .isTrue();
        assertThat(token.getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
        assertThat(token.getHeader().getType()).isEqualTo(new JOSEObjectType("at+jwt"));
    }

    @Test
    void saysWhoMayDoWhatAndForHowLong() throws Exception {
        JWTClaimsSet claims =
                SignedJWT.parse(
                                issuer.issue(
                                        "ann",
                                        DEMO,
                                        Set.of("viewer", "editor"),
                                        Duration.ofHours(12)))
                        .getJWTClaimsSet();

        assertThat(claims.getIssuer()).isEqualTo("streamgauge-local");
        assertThat(claims.getAudience()).containsExactly("streamgauge");
        assertThat(claims.getSubject()).isEqualTo("ann");
        assertThat(claims.getStringClaim("tenant")).isEqualTo("demo");
        assertThat(claims.getStringListClaim("roles")).isEqualTo(List.of("editor", "viewer"));
        assertThat(claims.getIssueTime().toInstant()).isEqualTo(NOW);
        assertThat(claims.getExpirationTime().toInstant())
                .isEqualTo(NOW.plus(Duration.ofHours(12)));
        assertThat(claims.getJWTID()).isNotBlank();
    }

    @Test
    void refusesUnknownRolesAndEndlessTokens() {
        assertThatThrownBy(() -> issuer.issue("ann", DEMO, Set.of("root"), Duration.ofHours(1)))
                .hasMessage("role: root (expected: viewer, editor, admin, operator)");
        assertThatThrownBy(() -> issuer.issue("ann", DEMO, Set.of("viewer"), Duration.ZERO))
                .hasMessage("ttl: 0s (expected: 1s to 366d)");
        assertThatThrownBy(() -> issuer.issue("ann", DEMO, Set.of("viewer"), Duration.ofDays(367)))
                .hasMessage("ttl: 367d (expected: 1s to 366d)");
    }

    @Test
    void keepsKeyAndPasswordsAcrossStarts() throws Exception {
        String password = keys.password("postgres");

        LocalKeys again = LocalKeys.openOrCreate(folder.resolve("keys"));

        assertThat(again.signingKey()).isEqualTo(keys.signingKey());
        assertThat(again.password("postgres")).isEqualTo(password).hasSize(48);
        assertThat(again.password("other")).isNotEqualTo(password);
    }

    @Test
    void keepsSecretsFromOtherUsersAndThePrivateHalfOutOfThePublicFile() throws Exception {
        keys.password("postgres");

        assertThat(permissions("keys")).isEqualTo("rwx------");
        assertThat(permissions("keys/signing-key.jwk")).isEqualTo("rw-------");
        assertThat(permissions("keys/postgres.password")).isEqualTo("rw-------");
        assertThat(JWKSet.load(keys.publicKeys().toFile()).getKeys())
                .hasSize(1)
                .noneMatch(key -> key.isPrivate());
    }

    @Test
    void saysWhichFileIsNoKey() throws Exception {
        Path file = folder.resolve("keys/signing-key.jwk");
        Files.writeString(file, "{}");

        assertThatThrownBy(() -> LocalKeys.openOrCreate(folder.resolve("keys")))
                .hasMessageContaining(file.toString());
    }

    private ECKey publicKey(String id) throws Exception {
        return JWKSet.load(keys.publicKeys().toFile()).getKeyByKeyId(id).toECKey();
    }

    private String permissions(String path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(path)));
    }
}
