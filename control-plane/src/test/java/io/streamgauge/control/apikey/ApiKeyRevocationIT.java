package io.streamgauge.control.apikey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.AuthenticationException;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How soon a key that was revoked is good for nothing, wherever it is in use. */
class ApiKeyRevocationIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String STREAMS = "/api/v1/streams";

    private ApiClient client;
    private Answer created;

    @BeforeEach
    void newKey() {
        TenantId tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
        created =
                client.post(
                        ApiKeyResource.PATH, "{\"name\": \"k\", \"scopes\": [\"streams:read\"]}");
    }

    @Test
    void endsAnOpenConnectionWithinFiveSeconds() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .header("X-API-Key", text())
                        .buildAsync(liveUri(), new Collecting(received))
                        .get(30, TimeUnit.SECONDS);
        socket.sendText("{\"type\":\"connection_init\"}", true).join();
        assertThat(received.poll(30, TimeUnit.SECONDS)).contains("connection_ack");

        revoke();

        assertThat(received.poll(5, TimeUnit.SECONDS)).startsWith("closed 4401 API key:");
        socket.abort();
    }

    @Test
    void takesAKeyInTheFirstMessageToo() throws Exception {
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        WebSocket socket =
                HttpClient.newHttpClient()
                        .newWebSocketBuilder()
                        .buildAsync(liveUri(), new Collecting(received))
                        .get(30, TimeUnit.SECONDS);

        socket.sendText(
                        "{\"type\":\"connection_init\",\"payload\":{\"token\":\"%s\"}}"
                                .formatted(text()),
                        true)
                .join();

        assertThat(received.poll(30, TimeUnit.SECONDS)).contains("connection_ack");
        socket.abort();
    }

    @Test
    void isNoticedByAnotherReplicaWithinTwoSeconds() throws Exception {
        ApiKeyAuthenticator replica =
                new ApiKeyAuthenticator(SERVER.backends().database(), Clock.systemUTC());
        assertThat(replica.authenticate(text()).subject())
                .isEqualTo(created.json().path("id").asText());

        revoke();

        await().atMost(Duration.ofSeconds(5)).until(() -> !isBelieved(replica));
    }

    @Test
    void isNoticedHereWhereAnotherReplicaRevoked() {
        ApiClient holder = SERVER.with(text());
        assertThat(holder.get(STREAMS).status()).isEqualTo(200);

        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "DELETE FROM api_keys WHERE prefix = ?",
                                        text().substring(0, 16)));

        await().atMost(Duration.ofSeconds(5)).until(() -> holder.get(STREAMS).status() == 401);
    }

    private boolean isBelieved(ApiKeyAuthenticator replica) {
        try {
            return replica.authenticate(text()).subject() != null;
        } catch (AuthenticationException refused) {
            return false;
        }
    }

    private void revoke() {
        assertThat(client.delete(created.header("Location"), "If-Match", "*").status())
                .isEqualTo(204);
    }

    private String text() {
        return created.json().path("key").asText();
    }

    private static URI liveUri() {
        return URI.create(
                "ws://127.0.0.1:%d%s"
                        .formatted(SERVER.controlPlane().port(), LiveListenerFactory.PATH));
    }

    private record Collecting(BlockingQueue<String> received) implements WebSocket.Listener {

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence data, boolean last) {
            received.add(data.toString());
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            received.add("closed %d %s".formatted(code, reason));
            return null;
        }
    }
}
