package io.streamgauge.control.live;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.live.endpoint.LiveListenerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client as users have it: the JDK's. Keeps what it is sent until a test asks for it. */
final class TestingClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Set<String> OF_THE_TIME = Set.of("ping", "position");

    private final BlockingQueue<JsonNode> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final WebSocket socket;

    /** How a connection is asked for. */
    interface Customizer {
        void apply(WebSocket.Builder builder);
    }

    private TestingClient(HttpClient http, int port, Customizer customizer) {
        WebSocket.Builder builder = http.newWebSocketBuilder();
        customizer.apply(builder);
        socket =
                builder.buildAsync(
                                URI.create("ws://127.0.0.1:" + port + LiveListenerFactory.PATH),
                                new Receiver())
                        .join();
    }

    /** Upgrades, and says nothing yet. */
    static TestingClient upgrade(HttpClient http, int port, Customizer customizer) {
        return new TestingClient(http, port, customizer);
    }

    /** Opens a connection whose token goes with the first message. */
    static TestingClient connect(HttpClient http, int port, String token) {
        TestingClient client =
                upgrade(
                        http,
                        port,
                        builder -> builder.subprotocols(LiveListenerFactory.SUBPROTOCOL));
        client.init(token);
        assertThat(client.next().path("type").asText()).isEqualTo("connection_ack");
        return client;
    }

    void init(String token) {
        send("{\"type\":\"connection_init\",\"payload\":{\"token\":\"%s\"}}".formatted(token));
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    /** Subscribes without the state that there is, and waits until that has begun. */
    void subscribe(String id, String payload) {
        send(
                "{\"type\":\"subscribe\",\"id\":\"%s\",\"payload\":%s}"
                        .formatted(id, payload.replaceFirst("\\{", "{\"snapshot\":false,")));
        JsonNode answer = next();
        assertThat(answer.path("type").asText()).as("%s", answer).isEqualTo("synced");
    }

    /** Subscribes as it stands, and returns the first answer. */
    JsonNode ask(String id, String payload) {
        send("{\"type\":\"subscribe\",\"id\":\"%s\",\"payload\":%s}".formatted(id, payload));
        return next();
    }

    /** The next message, those left out that come with the time alone. */
    JsonNode next() {
        JsonNode message;
        do {
            message = nextOfAll();
        } while (OF_THE_TIME.contains(message.path("type").asText()));
        return message;
    }

    JsonNode nextOfAll() {
        try {
            JsonNode message = messages.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            assertThat(message).as("a message; closed: %s", closed).isNotNull();
            return message;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The next message; empty where the server closes instead. */
    Optional<JsonNode> nextOrClose() {
        try {
            JsonNode message;
            do {
                message = messages.poll(50, TimeUnit.MILLISECONDS);
            } while (message == null && !closed.isDone());
            return Optional.ofNullable(message);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    WebSocket socket() {
        return socket;
    }

    /** Code and reason of the server's close. */
    String awaitClose() {
        return closed.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
    }

    @Override
    public void close() {
        socket.abort();
    }

    private final class Receiver implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                try {
                    messages.add(Json.mapper().readTree(text.toString()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed.complete((code + " " + reason).strip());
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed.completeExceptionally(error);
        }
    }
}
