package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.ControlPlane;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.FlinkConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.SignInConfig;
import io.streamgauge.control.config.TokenClaims;
import io.streamgauge.control.config.TokenConfig;
import io.streamgauge.control.config.TrainingConfig;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.RunningControlPlane;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * People sign in to the dashboard at a real Keycloak, in a real browser, which {@code
 * dashboard/e2e/sign-in.mjs} drives and judges. Run by {@code .ci/keycloak}.
 */
@Tag("external")
class DashboardSignInIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    /** Where the realm sends people back to. */
    private static final int PORT = 18_590;

    private static final long PATIENCE_MINUTES = 10;

    @Test
    void signsPeopleInAtTheProvider() throws IOException, InterruptedException {
        Keycloak keycloak = Keycloak.running();
        KeycloakIT.addTenants(BACKENDS);
        Path folder = Files.createDirectories(Path.of("target", "sign-in").toAbsolutePath());
        // The output of this JVM is a channel of the test runner's.
        Path told = folder.resolve("browser.log");

        try (ControlPlane controlPlane = ControlPlane.start(config(keycloak))) {
            Process browser =
                    new ProcessBuilder(
                                    "node",
                                    "dashboard/e2e/sign-in.mjs",
                                    "http://127.0.0.1:" + controlPlane.port(),
                                    keycloak.url(),
                                    folder.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(told.toFile())
                            .start();
            try {
                boolean ended = browser.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
                assertThat(ended).as(Files.readString(told)).isTrue();
                assertThat(browser.exitValue()).as(Files.readString(told)).isZero();
            } finally {
                browser.destroy();
            }
        }
    }

    private static ControlPlaneConfig config(Keycloak keycloak) {
        ControlPlaneConfig usual =
                RunningControlPlane.config(
                        BACKENDS,
                        new TokenConfig(
                                "",
                                keycloak.issuer(),
                                TokenConfig.DEFAULT_AUDIENCE,
                                Set.copyOf(TokenConfig.DEFAULT_ALGORITHMS),
                                Set.copyOf(TokenConfig.DEFAULT_TYPES),
                                TokenConfig.DEFAULT_KEY_LIFETIME,
                                new TokenClaims(
                                        "tenant", "realm_access.roles", "scope", "operator")));
        return new ControlPlaneConfig(
                HttpConfig.plain("127.0.0.1", PORT),
                usual.database(),
                usual.kafka(),
                usual.token(),
                usual.ingest(),
                usual.retention(),
                usual.gateway(),
                usual.redis(),
                FlinkConfig.NONE,
                new SignInConfig("dashboard", List.of("openid")),
                TrainingConfig.DEFAULT);
    }
}
