package io.streamgauge.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.websocket.WsRouting;
import io.helidon.websocket.WsListener;
import io.helidon.websocket.WsSession;
import io.helidon.websocket.WsUpgradeException;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The real server's library, saying what a test tells it to. */
final class TestingServer implements AutoCloseable {

    /** Longer than a server may be silent before it is taken for gone. */
    private static final long PATIENCE_SECONDS = 120;

    /** Held here, or its level is lost with it. */
    private static final Logger HELIDON = Logger.getLogger("io.helidon");

    static {
        HELIDON.setLevel(Level.WARNING); // not of each server's start and stop
    }

    private final BlockingQueue<Peer> peers = new LinkedBlockingQueue<>();
    private final WebServer server;
    private volatile boolean refusing;

    TestingServer() {
        this(routing -> {});
    }

    /**
     * @param rest what it answers besides
     */
    TestingServer(Consumer<HttpRouting.Builder> rest) {
        HttpRouting.Builder http = HttpRouting.builder();
        rest.accept(http);
        server =
                WebServer.builder()
                        .host("127.0.0.1")
                        .port(0)
                        .shutdownHook(false)
                        .featuresDiscoverServices(false)
                        .addRouting(http)
                        .addRouting(WsRouting.builder().endpoint("/api/v1/live", Peer::new))
                        .build()
                        .start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** Whether it refuses to upgrade. */
    void refuse(boolean whether) {
        refusing = whether;
    }

    /** The next connection, before it has said anything. */
    Peer connection() {
        return taken(peers, "a connection");
    }

    /** The next connection, past its init. */
    Peer accepted() {
        Peer peer = connection();
        assertThat(peer.next().path("type").asText()).isEqualTo("connection_init");
        peer.say("{'type':'connection_ack'}");
        return peer;
    }

    boolean hasConnection() {
        return !peers.isEmpty();
    }

    @Override
    public void close() {
        server.stop();
    }

    private static <T> T taken(BlockingQueue<T> queue, String what) {
        try {
            T taken = queue.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(taken).as(what).isNotNull();
            return taken;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** One connection, seen from the server. */
    final class Peer implements WsListener {

        private final BlockingQueue<JsonNode> received = new LinkedBlockingQueue<>();
        private volatile @Nullable Thread reader;
        private final CompletableFuture<WsSession> session = new CompletableFuture<>();
        private final CompletableFuture<Integer> closed = new CompletableFuture<>();

        @Override
        public Optional<Headers> onHttpUpgrade(HttpPrologue prologue, Headers headers)
                throws WsUpgradeException {
            if (refusing) {
                throw new WsUpgradeException("refused");
            }
            return Optional.empty();
        }

        @Override
        public void onOpen(WsSession opened) {
            reader = Thread.currentThread();
            session.complete(opened);
            peers.add(this);
        }

        @Override
        public void onMessage(WsSession from, String text, boolean last) {
            try {
                received.add(new ObjectMapper().readTree(text));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void onClose(WsSession from, int status, String reason) {
            closed.complete(status);
        }

        /** The client's next message. */
        JsonNode next() {
            return taken(received, "a message");
        }

        boolean hasMessage() {
            return !received.isEmpty();
        }

        /** Sends a message, in which quotes are single. */
        void say(String message) {
            session.join().send(message.replace('\'', '"'), true);
        }

        /** Sends a result. */
        void result(String subscription, String id, String position) {
            say(
                    "{'type':'next','id':'%s','payload':{'kind':'aggregate','aggregate':{'id':'%s'}},'position':'%s'}"
                            .formatted(subscription, id, position));
        }

        /** Says that what was before has been sent. */
        void synced(String subscription, String position) {
            say(
                    "{'type':'synced','id':'%s','payload':{'snapshot':false},'position':'%s'}"
                            .formatted(subscription, position));
        }

        void close(int code, String reason) {
            session.join().close(code, reason);
        }

        /** Breaks the connection. */
        void cut() {
            ((ServerConnection) session.join()).close(true);
        }

        /** Whether the server's thread has left it, and so the socket is closed. */
        boolean isOver() {
            Thread thread = reader;
            return thread != null && !thread.isAlive();
        }

        /** The code with which the client has closed. */
        int awaitClose() {
            return closed.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }
    }
}
