package io.streamgauge.control.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.ControlPlane;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ProviderOutageIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final String STREAMS = "/api/v1/streams";

    @Test
    void servesBeforeAndAfterItsIdentityProviderDoes() {
        TenantId tenant = BACKENDS.newTenant();
        TestingIssuer issuer = new TestingIssuer();
        try (TestingProvider provider = TestingProvider.start()) {
            provider.answerWith(503);
            try (ControlPlane controlPlane =
                    ControlPlane.start(
                            RunningControlPlane.config(BACKENDS, provider.discovery()))) {
                ApiClient client =
                        new ApiClient(
                                controlPlane.port(),
                                issuer.token(provider.claims(tenant, "viewer").build()));

                assertThat(client.get("/health").status()).isEqualTo(200);
                Answer unavailable = client.get(STREAMS);
                assertThat(unavailable.status()).isEqualTo(503);
                assertThat(unavailable.header("Retry-After")).isEqualTo("5");
                assertThat(unavailable.json().path("code").asText()).isEqualTo("unavailable");

                provider.publish(issuer);
                provider.answerWith(200);
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .untilAsserted(
                                () -> assertThat(client.get(STREAMS).status()).isEqualTo(200));

                provider.answerWith(503);
                assertThat(client.get(STREAMS).status()).isEqualTo(200);
            }
        }
    }
}
