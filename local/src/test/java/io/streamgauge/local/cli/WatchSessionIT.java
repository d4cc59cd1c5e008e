package io.streamgauge.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.event.SeriesKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What somebody who watches sees of a server that says what the test tells it to. */
class WatchSessionIT {

    /** Longer than a server may be silent before it is taken for gone. */
    private static final long PATIENCE_SECONDS = 120;

    private final BlockingQueue<String> shown = new LinkedBlockingQueue<>();
    private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
    private final WebServer server =
            WebServer.builder()
                    .host("127.0.0.1")
                    .port(0)
                    .shutdownHook(false)
                    .featuresDiscoverServices(false)
                    .addRouting(WsRouting.builder().endpoint("/api/v1/live", Peer::new))
                    .build()
                    .start();
    private final URI api = URI.create("http://127.0.0.1:" + server.port());
    private final CompletableFuture<Optional<String>> end =
            CompletableFuture.supplyAsync(
                    () -> {
                        ObjectNode payload = Json.mapper().createObjectNode().put("stream", "s");
                        return new WatchSession(api, () -> "secret", payload, new View()).run();
                    });

    @AfterEach
    void stop() {
        server.stop();
    }

    @Test
    void goesOnBehindWhatItHasShownWhereTheConnectionBreaks() {
        Peer first = accepted();
        first.say(
                "{\"type\":\"next\",\"id\":\"1\",\"position\":\"p1\",\"payload\":%s}"
                        .formatted(payload(7)));
        assertThat(next(shown)).isEqualTo("connected to " + api + "; Ctrl-C ends");
        assertThat(next(shown)).isEqualTo("count 7");

        ((ServerConnection) first.session.join()).close(true);

        assertThat(next(shown)).startsWith("troubled: no connection to " + api);
        Peer second = connection();
        second.say("{\"type\":\"connection_ack\"}");
        assertThat(second.nextOf("subscribe").at("/payload/after").asText()).isEqualTo("p1");
        second.say(
                "{\"type\":\"gap\",\"id\":\"1\",\"position\":\"p2\",\"payload\":{\"reason\":\"expired\"}}");
        assertThat(next(shown)).startsWith("connected to ");
        assertThat(next(shown)).isEqualTo("troubled: results are missing here (expired)");
        second.say("{\"type\":\"complete\",\"id\":\"1\"}");
        assertThat(end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join())
                .hasValue("the server ended the subscription: the stream is gone");
    }

    @Test
    void endsWithTheReasonWhereTheSubscriptionIsRefused() {
        accepted()
                .say(
                        "{\"type\":\"error\",\"id\":\"1\",\"payload\":{\"status\":404,\"title\":\"Not"
                            + " found\",\"detail\":\"no stream s\"}}");

        assertThat(end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join())
                .hasValue("Not found: no stream s");
    }

    @Test
    void endsWithTheReasonWhereTheServerDoesNotWantToSeeItAgain() {
        connection().session.join().close(4403, "the tenant is not active");

        assertThat(end.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join())
                .hasValue(api + " closes the connection: the tenant is not active");
    }

    /** A connection that has been acknowledged and asked for the subscription. */
    private Peer accepted() {
        Peer peer = connection();
        peer.say("{\"type\":\"connection_ack\"}");
        assertThat(peer.nextOf("subscribe").path("payload").path("stream").asText()).isEqualTo("s");
        return peer;
    }

    private Peer connection() {
        Peer peer = next(peers);
        assertThat(peer.nextOf("connection_init").at("/payload/token").asText())
                .isEqualTo("secret");
        return peer;
    }

    private static String payload(long count) {
        Aggregate aggregate =
                new Aggregate(
                        new SeriesKey(new TenantId("demo"), new StreamId(UUID.randomUUID()), "{}"),
                        Instant.parse("2026-01-01T00:00:00Z"),
                        Duration.ofSeconds(1),
                        Timing.ON_TIME,
                        0,
                        count,
                        new TreeMap<>());
        String json = new String(AggregateCodec.toBytes(aggregate), StandardCharsets.UTF_8);
        return "{\"kind\":\"aggregate\",\"aggregate\":%s}".formatted(json);
    }

    private static <T> T next(BlockingQueue<T> queue) {
        try {
            T next = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(next).as("what comes next").isNotNull();
            return next;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Keeps what it shows. */
    private final class View implements WatchView {

        @Override
        public void aggregate(Aggregate aggregate) {
            shown.add("count " + aggregate.count());
        }

        @Override
        public void status(String status, boolean troubled) {
            shown.add((troubled ? "troubled: " : "") + status);
        }

        @Override
        public void close() {}
    }

    /** One connection, seen from the server. */
    private final class Peer implements WsListener {

        private final CompletableFuture<WsSession> session = new CompletableFuture<>();
        private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();

        @Override
        public void onOpen(WsSession opened) {
            session.complete(opened);
            peers.add(this);
        }

        @Override
        public void onMessage(WsSession from, String text, boolean last) {
            try {
                received.add(Json.mapper().readTree(text));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        JsonNode nextOf(String type) {
            JsonNode message = next(received);
            assertThat(message.path("type").asText()).isEqualTo(type);
            return message;
        }

        void say(String message) {
            session.join().send(message, true);
        }
    }
}
