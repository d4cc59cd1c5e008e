package io.streamgauge.control.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.control.config.InvalidConfigException;
import io.streamgauge.control.config.TlsFiles;
import io.streamgauge.control.testing.TestingCertificate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMaterialTest {

    @TempDir private static Path shared = Path.of("");

    @TempDir private Path folder = Path.of("");

    private static TestingCertificate good;

    @BeforeAll
    static void create() {
        good = TestingCertificate.create(shared, "EC");
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void readsAKeyOfEveryKindThatTlsHas(String algorithm) throws Exception {
        TestingCertificate certificate = TestingCertificate.create(folder, algorithm);

        KeyMaterial material = KeyMaterial.read(certificate.writeTo(folder));

        assertThat(material.chain()).containsExactly(certificate.certificate());
    }

    @Test
    void readsAChainAndTextBetweenItsParts() throws Exception {
        TlsFiles files = good.writeTo(folder);
        String text = "Subject: CN=localhost\n" + good.certificatePem() + good.certificatePem();
        Files.writeString(files.certificate(), text);

        assertThat(KeyMaterial.read(files).chain()).hasSize(2);
    }

    static Stream<Arguments> broken() {
        UnaryOperator<String> same = text -> text;
        return Stream.of(
                Arguments.of("tls.crt", (UnaryOperator<String>) text -> "", same),
                Arguments.of(
                        "tls.crt",
                        (UnaryOperator<String>) text -> text.substring(0, text.length() / 2),
                        same),
                Arguments.of("tls.crt", (UnaryOperator<String>) text -> "nonsense", same),
                Arguments.of("tls.key", same, (UnaryOperator<String>) text -> ""),
                Arguments.of(
                        "tls.key",
                        same,
                        (UnaryOperator<String>)
                                text -> text.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY")),
                Arguments.of(
                        "tls.key",
                        same,
                        (UnaryOperator<String>)
                                text -> text.replace("PRIVATE KEY", "EC PRIVATE KEY")),
                Arguments.of(
                        "tls.key",
                        same,
                        (UnaryOperator<String>) text -> text.replaceFirst("(?m)^M", "N")),
                Arguments.of("tls.key", same, (UnaryOperator<String>) text -> otherKey("EC")),
                Arguments.of("tls.key", same, (UnaryOperator<String>) text -> otherKey("RSA")));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void saysWhichFileIsUnusableAndShowsNothingOfAKey(
            String file, UnaryOperator<String> certificate, UnaryOperator<String> key)
            throws IOException {
        TlsFiles files = good.writeTo(folder);
        Files.writeString(files.certificate(), certificate.apply(good.certificatePem()));
        Files.writeString(files.privateKey(), key.apply(good.keyPem()));

        assertThatThrownBy(() -> new ServerIdentity(files))
                .isInstanceOf(InvalidConfigException.class)
                .hasMessageContaining("http.tls: ")
                .hasMessageContaining(file)
                .extracting(Throwable::getMessage)
                .asString()
                .doesNotContain(good.keyPem().lines().toList().get(1));
    }

    private static String otherKey(String algorithm) {
        try {
            byte[] key =
                    KeyPairGenerator.getInstance(algorithm)
                            .generateKeyPair()
                            .getPrivate()
                            .getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
                    .formatted(Base64.getEncoder().encodeToString(key));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
