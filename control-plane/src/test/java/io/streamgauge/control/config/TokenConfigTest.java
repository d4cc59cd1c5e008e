package io.streamgauge.control.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.streamgauge.control.config.TokenConfig.KeySource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenConfigTest {

    private static final Map<String, String> NEEDED =
            Map.of("STREAMGAUGE_TOKEN_ISSUER", "https://issuer.test/realm");

    @TempDir private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "'', https://issuer.test, DISCOVERY",
        "'', http://127.0.0.1:8180/realms/x, DISCOVERY",
        "https://issuer.test/keys, anything, ADDRESS",
        "http://issuer.test/keys, https://issuer.test, ADDRESS",
        "/etc/jwks.json, https://issuer.test, FILE",
        "jwks.json, anything, FILE"
    })
    void tellsWhereTheKeysComeFrom(String jwks, String issuer, KeySource expected) {
        assertThat(new TokenConfig(jwks, issuer, "a").keySource()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "'', streamgauge, token.jwks",
        "'', ftp://issuer.test, token.jwks",
        "'', https://, token.jwks",
        "'', https:///realm, token.jwks",
        "'https://not a uri', https://issuer.test, token.jwks",
        "https://, https://issuer.test, token.jwks",
        "/etc/jwks.json, '', token.issuer"
    })
    void refusesKeysThatCannotBeAnywhere(String jwks, String issuer, String key) {
        InvalidConfigException failure =
                catchThrowableOfType(
                        InvalidConfigException.class, () -> new TokenConfig(jwks, issuer, "a"));

        assertThat(failure.problems()).singleElement().asString().startsWith(key + ": ");
    }

    @Test
    void readsEveryKeyOfTokens() throws IOException {
        Path file =
                Files.writeString(
                        folder.resolve("config.yaml"),
                        """
                        token:
                          issuer: https://issuer.test
                          audience: au
                          algorithms: [PS512, ES384]
                          types: at+jwt, JWT
                          key-lifetime: 30s
                          tenant-claim: https://example.org/tenants
                          roles-claim: realm_access.roles
                          scope-claim: scp
                          operator-role: sg-operator
                        """);

        assertThat(ControlPlaneConfigReader.read(Optional.of(file), Map.of()).token())
                .isEqualTo(
                        new TokenConfig(
                                "",
                                "https://issuer.test",
                                "au",
                                Set.of("ES384", "PS512"),
                                Set.of("JWT", "at+jwt"),
                                Duration.ofSeconds(30),
                                new TokenClaims(
                                        "https://example.org/tenants",
                                        "realm_access.roles",
                                        "scp",
                                        "sg-operator")));
        assertThat(
                        ControlPlaneConfigReader.read(
                                        Optional.of(file),
                                        Map.of("STREAMGAUGE_TOKEN_ALGORITHMS", "RS256,ES256"))
                                .token()
                                .algorithms())
                .containsExactlyInAnyOrder("RS256", "ES256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "none",
                "NONE",
                "HS256",
                "HS384",
                "HS512",
                "ES256, HS256",
                "es256",
                "EdDSA",
                "ES256K",
                "RSA-OAEP",
                ","
            })
    void takesOnlyAlgorithmsWithPublicKeys(String algorithms) throws IOException {
        assertThat(problems("algorithms: '%s'".formatted(algorithms)))
                .singleElement()
                .asString()
                .startsWith("token.algorithms: ")
                .contains("ES256,ES384,ES512,RS256");
    }

    @Test
    void reportsEverythingThatIsWrongAtOnce() throws IOException {
        assertThat(
                        problems(
                                """
                                algorithms: [none]
                                  audience: ' '
                                  types: at jwt
                                  key-lifetime: 1s
                                  tenant-claim: a..b
                                  roles-claim: .a
                                  scope-claim: ' '
                                  operator-role: ' '
                                """))
                .extracting(problem -> problem.substring(0, problem.indexOf(':')))
                .containsExactlyInAnyOrder(
                        "token.algorithms",
                        "token.audience",
                        "token.types",
                        "token.key-lifetime",
                        "token.tenant-claim",
                        "token.roles-claim",
                        "token.scope-claim",
                        "token.operator-role");
    }

    private Iterable<String> problems(String lines) throws IOException {
        Path file = Files.writeString(folder.resolve("config.yaml"), "token:\n  " + lines);
        return catchThrowableOfType(
                        InvalidConfigException.class,
                        () -> ControlPlaneConfigReader.read(Optional.of(file), NEEDED))
                .problems();
    }
}
