package io.streamgauge.control.tenantadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That switching a tenant off takes effect, on requests and on connections that are open. */
class TenantActivationIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String TENANTS = "/api/v1/tenants/";
    private static final String STREAMS = "/api/v1/streams";

    private final ApiClient operator = SERVER.operator();
    private final TenantId tenant = SERVER.backends().newTenant();
    private final ApiClient admin = SERVER.admin(tenant);

    @Test
    void refusesRequestsAndEndsConnectionsOfATenantThatIsSwitchedOff() throws Exception {
        assertThat(admin.get(STREAMS).status()).isEqualTo(200);
        CompletableFuture<String> closed = connect();

        assertThat(setActive(false).status()).isEqualTo(200);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            Answer refused = admin.get(STREAMS);
                            assertThat(refused.status()).isEqualTo(403);
                            assertThat(refused.json().path("code").asText())
                                    .isEqualTo("tenant-inactive");
                        });
        assertThat(closed.get(5, TimeUnit.SECONDS)).startsWith("4403");
        assertThat(admin.get(TENANTS + tenant).status()).isEqualTo(403);
        assertThat(operator.get(TENANTS + tenant).json().path("active").asBoolean(true)).isFalse();

        assertThat(setActive(true).status()).isEqualTo(200);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(admin.get(STREAMS).status()).isEqualTo(200));
    }

    @Test
    void doesNotLockOutAnOperatorWhoBelongsToTheTenant() {
        ApiClient both =
                SERVER.with(
                        SERVER.issuer()
                                .token(TestingIssuer.claims(tenant, "admin", "operator").build()));
        setActive(false);

        Answer answer =
                both.put(
                        TENANTS + tenant,
                        "{\"name\": \"Again\", \"tier\": \"gold\", \"active\": true}",
                        "If-Match",
                        "*");

        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(both.get(STREAMS).status()).isEqualTo(200);
    }

    private Answer setActive(boolean active) {
        return operator.put(
                TENANTS + tenant,
                "{\"name\": \"A tenant\", \"tier\": \"gold\", \"active\": %s}".formatted(active),
                "If-Match",
                "*");
    }

    /** Opens a connection; completes with code and reason when it ends. */
    private CompletableFuture<String> connect() throws Exception {
        CompletableFuture<String> welcomed = new CompletableFuture<>();
        CompletableFuture<String> closed = new CompletableFuture<>();
        WebSocket socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header(
                                "Authorization",
                                "Bearer " + SERVER.issuer().token(tenant, "viewer"))
                        .buildAsync(
                                URI.create(
                                        "ws://127.0.0.1:%d%s"
                                                .formatted(
                                                        SERVER.controlPlane().port(),
                                                        LiveListenerFactory.PATH)),
                                new WebSocket.Listener() {
                                    @Override
                                    public @Nullable CompletionStage<?> onText(
                                            WebSocket from, CharSequence text, boolean last) {
                                        welcomed.complete(text.toString());
                                        from.request(1);
                                        return null;
                                    }

                                    @Override
                                    public @Nullable CompletionStage<?> onClose(
                                            WebSocket from, int code, String reason) {
                                        closed.complete(code + " " + reason);
                                        return null;
                                    }
                                })
                        .get(30, TimeUnit.SECONDS);
        socket.sendText("{\"type\":\"connection_init\"}", true).join();
        assertThat(welcomed.get(30, TimeUnit.SECONDS)).contains("connection_ack");
        return closed;
    }
}
