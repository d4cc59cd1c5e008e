package io.streamgauge.local.live;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to {@code /api/v1/live} (docs/live-protocol.md), with any number of subscriptions.
 * The listener is called by one thread at a time. A connection that has closed stays closed;
 * whoever wants another makes another client.
 */
public final class LiveClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveClient.class);

    private static final String SUBPROTOCOL = "streamgauge.v1+json";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final HttpClient http;
    private final Listener listener;
    private final CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();
    private final ReentrantLock sending = new ReentrantLock();
    private @Nullable WebSocket socket;

    /** What a client is told. */
    public interface Listener {

        /**
         * Something that was subscribed to.
         *
         * @param payload with {@code kind} and what that is about, such as {@code aggregate}
         * @param frame the whole frame, with {@code position} and perhaps {@code dropped}
         */
        void next(String subscription, JsonNode payload, JsonNode frame);

        /**
         * A subscription was refused or has failed.
         *
         * @param problem as in the REST API
         */
        void error(String subscription, JsonNode problem);

        /** The server ended a subscription. */
        default void complete(String subscription) {}

        /**
         * The connection is over; called once, and last.
         *
         * @param code the close code; 1006 where the connection broke
         */
        void closed(int code, String reason);
    }

    private LiveClient(HttpClient http, Listener listener) {
        this.http = http;
        this.listener = listener;
    }

    /**
     * Connects and waits until the server has acknowledged the connection.
     *
     * @param api the API's root, {@code http:} or {@code https:}, without {@code /api/v1}
     * @param token a bearer token
     * @throws ConnectException where the server refuses, with its status or close code
     * @throws IOException where there is no connection, or no answer in time
     */
    public static LiveClient connect(URI api, String token, Listener listener) throws IOException {
        HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
        LiveClient client = new LiveClient(http, listener);
        try {
            WebSocket socket =
                    get(
                            http.newWebSocketBuilder()
                                    .subprotocols(SUBPROTOCOL)
                                    .header("Authorization", "Bearer " + token)
                                    .connectTimeout(PATIENCE)
                                    .buildAsync(endpoint(api), client.new Frames()));
            client.socket = socket;
            client.send(message("connection_init"));
            get(client.acknowledged);
            return client;
        } catch (IOException e) {
            client.ended.set(true); // whoever gets the exception needs no call of closed()
            client.close();
            throw e;
        }
    }

    /** A server that answered, and refused. */
    public static final class ConnectException extends IOException {

        private static final long serialVersionUID = 1L;

        private final int code;

        ConnectException(int code, String reason) {
            super(code + (reason.isEmpty() ? "" : " " + reason));
            this.code = code;
        }

        /** An HTTP status, or a WebSocket's close code, 1000 and above. */
        public int code() {
            return code;
        }
    }

    /**
     * Subscribes; the answers come to the listener under the same id.
     *
     * @param subscription an id that is not in use on this connection
     * @param payload stream, kinds, and filters
     * @throws IOException where the connection is over
     */
    public void subscribe(String subscription, ObjectNode payload) throws IOException {
        ObjectNode message = message("subscribe");
        message.put("id", subscription);
        message.set("payload", payload);
        send(message);
    }

    /**
     * Ends a subscription.
     *
     * @throws IOException where the connection is over
     */
    public void unsubscribe(String subscription) throws IOException {
        send(message("complete").put("id", subscription));
    }

    /** Closes the connection; returns once that is done or the server takes too long over it. */
    @Override
    public void close() {
        WebSocket open = socket;
        if (open != null && !open.isOutputClosed()) {
            try {
                get(open.sendClose(WebSocket.NORMAL_CLOSURE, ""));
            } catch (IOException e) {
                LOG.debug("the connection was gone before it was closed", e);
            }
        }
        if (open != null) {
            open.abort();
        }
        http.shutdownNow();
    }

    private static URI endpoint(URI api) {
        String scheme = "https".equals(api.getScheme()) ? "wss" : "ws";
        return URI.create(scheme + "://" + api.getRawAuthority() + "/api/v1/live");
    }

    private static ObjectNode message(String type) {
        return Json.mapper().createObjectNode().put("type", type);
    }

    /** One at a time: a WebSocket takes no text before the last one is sent. */
    private void send(ObjectNode message) throws IOException {
        WebSocket open = socket;
        if (open == null) {
            throw new IOException("not connected");
        }
        sending.lock();
        try {
            get(open.sendText(message.toString(), true));
        } finally {
            sending.unlock();
        }
    }

    private void end(int code, String reason) {
        acknowledged.completeExceptionally(new ConnectException(code, reason));
        if (ended.compareAndSet(false, true)) {
            listener.closed(code, reason);
        }
    }

    private static <T> T get(CompletableFuture<T> future) throws IOException {
        try {
            return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw translated(requireNonNullElse(e.getCause(), e));
        } catch (TimeoutException e) {
            throw new IOException("no answer within " + PATIENCE.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private static IOException translated(Throwable cause) {
        if (cause instanceof WebSocketHandshakeException refusal) {
            return new ConnectException(refusal.getResponse().statusCode(), "");
        }
        if (cause instanceof ConnectException refusal) {
            return refusal;
        }
        String message = cause.getMessage() == null ? "no connection" : cause.getMessage();
        return new IOException(message, cause);
    }

    /** Puts frames together and hands them on. */
    private final class Frames implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                String frame = text.toString();
                text.setLength(0);
                take(from, frame);
            }
            from.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            end(code, reason);
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            end(1006, String.valueOf(error.getMessage()));
        }

        private void take(WebSocket from, String frame) {
            JsonNode message;
            try {
                message = Json.mapper().readTree(frame);
            } catch (JsonProcessingException e) {
                LOG.warn("a frame that is no JSON", e);
                from.abort();
                end(1003, "the server sent what is no JSON");
                return;
            }
            String id = message.path("id").asText();
            switch (message.path("type").asText()) {
                case "connection_ack" -> acknowledged.complete(null);
                case "next" -> listener.next(id, message.path("payload"), message);
                case "error" -> listener.error(id, message.path("payload"));
                case "complete" -> listener.complete(id);
                case "ping" -> pong();
                default -> LOG.debug("a frame of a type that this client does not know");
            }
        }

        /** Not on the socket's own thread, which the answer may have to wait for. */
        private void pong() {
            Thread.ofVirtual()
                    .name("live-client-pong")
                    .start(
                            () -> {
                                try {
                                    send(message("pong"));
                                } catch (IOException e) {
                                    LOG.debug("the connection ended before a pong", e);
                                }
                            });
        }
    }
}
