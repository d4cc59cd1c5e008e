package io.streamgauge.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One WebSocket: puts frames together, hands messages to its owner's thread and asks for one more
 * whenever that is done with one, so that few wait for a busy owner, which slows the server down
 * and is not flooded. To be used by the owner's thread.
 *
 * <p>Some are asked for ahead, since the JDK (25 as well as 21) forgets the end of a connection
 * that comes while it has been asked for nothing, and never tells of it. Where it comes all the
 * same, as the owner is busy with all of them, the silence of the server tells.
 */
final class LiveSocket {

    private static final String SUBPROTOCOL = "streamgauge.v1+json";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final int NOT_JSON = 1003;
    private static final int TOO_LONG = 1009;

    /** How many messages may wait for the owner. */
    private static final int AHEAD = 64;

    /** Far beyond what a server sends; a peer that sends more without an end fills no memory. */
    private static final int MAX_CHARACTERS = 16 << 20;

    private final Executor loop;
    private final Owner owner;
    private final ObjectMapper mapper;
    private volatile @Nullable WebSocket socket; // set by its own thread, before anybody is told
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);
    private boolean over;

    /** Who is told, on its own thread. */
    interface Owner {

        void opened(LiveSocket socket);

        void said(LiveSocket socket, JsonNode message);

        /** Told once, and last. */
        void ended(LiveSocket socket, int code, String reason);
    }

    LiveSocket(Executor loop, Owner owner, ObjectMapper mapper) {
        this.loop = loop;
        this.owner = owner;
        this.mapper = mapper;
    }

    /** Begins to connect. */
    void connect(HttpClient http, URI endpoint) {
        CompletableFuture<?> unused =
                http.newWebSocketBuilder()
                        .subprotocols(SUBPROTOCOL)
                        .connectTimeout(PATIENCE)
                        .buildAsync(endpoint, new Receiver())
                        .whenComplete(
                                (opened, failure) -> {
                                    if (failure != null) {
                                        inLoop(() -> failed(failure));
                                    }
                                });
    }

    /** Sends a message behind those before; where that fails the connection has ended. */
    void send(JsonNode message) {
        WebSocket open = socket;
        if (open == null || over) {
            return;
        }
        // A WebSocket takes no text before the last one is sent.
        sent = sent.thenCompose(before -> open.sendText(message.toString(), true));
        CompletableFuture<?> unused =
                sent.whenComplete(
                        (done, failure) -> {
                            if (failure != null) {
                                inLoop(() -> failed(failure));
                            }
                        });
    }

    /** Ends it in order, and waits a little for that; the owner is not told. */
    void close() {
        WebSocket open = socket;
        over = true;
        if (open == null) {
            return;
        }
        CompletableFuture<?> closed =
                sent.thenCompose(before -> open.sendClose(WebSocket.NORMAL_CLOSURE, ""))
                        .orTimeout(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                        .handle((done, failure) -> null);
        closed.join();
        open.abort();
    }

    /** Cuts it off; the owner is not told. */
    void abort() {
        over = true;
        WebSocket open = socket;
        if (open != null) {
            open.abort();
        }
    }

    private void failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof WebSocketHandshakeException refusal && refusal.getResponse() != null) {
            int status = refusal.getResponse().statusCode();
            end(status, "HTTP status " + status);
        } else {
            end(AfterClose.BROKEN, text(cause));
        }
    }

    private static String text(Throwable cause) {
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : String.valueOf(cause.getMessage());
    }

    private void end(int code, String reason) {
        if (!over) {
            abort();
            owner.ended(this, code, reason);
        }
    }

    private void inLoop(Runnable task) {
        try {
            loop.execute(task);
        } catch (RejectedExecutionException e) {
            // The client is closed, and wants to hear of nothing any more.
            WebSocket open = socket;
            if (open != null) {
                open.abort();
            }
        }
    }

    private void take(WebSocket from, String text) {
        if (over) {
            return;
        }
        JsonNode message;
        try {
            message = mapper.readTree(text);
        } catch (JsonProcessingException e) {
            end(NOT_JSON, "the server sent what is no JSON");
            return;
        }
        try {
            owner.said(this, message);
        } finally {
            from.request(1);
        }
    }

    /** The socket's side; called by its threads, one at a time. */
    private final class Receiver implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public void onOpen(WebSocket opened) {
            socket = opened;
            inLoop(
                    () -> {
                        if (over) {
                            opened.abort(); // given up meanwhile
                        } else {
                            owner.opened(LiveSocket.this);
                            opened.request(AHEAD);
                        }
                    });
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket from, CharSequence part, boolean isLast) {
            text.append(part);
            if (text.length() > MAX_CHARACTERS) {
                from.abort();
                inLoop(() -> end(TOO_LONG, "the server sent a message without an end"));
                return null;
            }
            if (isLast) {
                String message = text.toString();
                text.setLength(0);
                inLoop(() -> take(from, message));
            } else {
                from.request(1);
            }
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            inLoop(() -> end(code, reason.isEmpty() ? "close code " + code : reason));
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            inLoop(() -> failed(error));
        }
    }
}
