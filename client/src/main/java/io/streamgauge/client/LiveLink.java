package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * The connection over all its breaks: connects, watches the times, and comes back by what the end
 * of each WebSocket asks for. All but the look at the state is for the client's thread.
 */
final class LiveLink implements Subscriptions.Connection, LiveSocket.Owner {

    /** The close code of a client that has had enough. */
    static final int NORMAL = 1000;

    /** A connection that has lasted so long was a good one. */
    private static final Duration GOOD = Duration.ofSeconds(5);

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration ACK_PATIENCE = Duration.ofSeconds(10);
    private static final int UNAUTHORIZED = 4401;

    private final LiveClientOptions options;
    private final ClientLoop loop;
    private final ObjectMapper mapper;
    private final HttpClient http = HttpClient.newHttpClient();
    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private volatile ConnectionState state = new ConnectionState.Connecting();

    // Used by the thread only.
    private @Nullable Subscriptions subscriptions;
    private @Nullable LiveSocket socket;
    private @Nullable Future<?> retry;
    private String credential = "";
    private boolean credentialRefused;
    private int failures;
    private long connectedNanos;
    private long heardNanos;

    LiveLink(LiveClientOptions options, ClientLoop loop, ObjectMapper mapper) {
        this.options = options;
        this.loop = loop;
        this.mapper = mapper;
    }

    /** Connects for the first time. */
    void start(Subscriptions all) {
        subscriptions = all;
        long tick = Math.clamp(options.silence().toMillis() / 4, 1, TICK.toMillis());
        loop.repeat(Duration.ofMillis(tick), this::tick);
        connect();
    }

    ConnectionState state() {
        return state;
    }

    /** Done with the first connection that is acknowledged, or with why there will be none. */
    CompletableFuture<Void> opened() {
        return opened;
    }

    void retryNow() {
        if (state instanceof ConnectionState.Waiting) {
            connect();
        }
    }

    /** Ends for good; the first call counts. */
    void end(int code, String reason) {
        if (state instanceof ConnectionState.Closed) {
            return;
        }
        if (socket != null) {
            socket.close();
            socket = null;
        }
        become(new ConnectionState.Closed(code, reason));
        opened.completeExceptionally(new IOException("live: closed with " + code + ' ' + reason));
        http.shutdownNow();
        loop.end();
    }

    @Override
    public boolean isOpen() {
        return state instanceof ConnectionState.Open;
    }

    @Override
    public void send(ObjectNode message) {
        if (socket != null && isOpen()) {
            socket.send(message);
        }
    }

    @Override
    public void later(Duration wait, Runnable task) {
        LiveSocket asked = socket;
        Future<?> unused =
                loop.schedule(
                        wait,
                        () -> {
                            if (socket == asked) {
                                task.run();
                            }
                        });
    }

    @Override
    public void opened(LiveSocket from) {
        ObjectNode init = message("connection_init");
        ObjectNode payload = init.putObject("payload").put("token", credential);
        options.access().tenant().ifPresent(it -> payload.put("tenant", it));
        from.send(init);
    }

    /** Of a socket that was given up, nothing is taken. */
    @Override
    public void said(LiveSocket from, JsonNode message) {
        if (from == socket) {
            receive(message);
            heardNanos = System.nanoTime(); // and not before: listeners may have taken long
        }
    }

    @Override
    public void ended(LiveSocket from, int code, String reason) {
        if (from == socket) {
            lost(code, reason);
        }
    }

    private void connect() {
        if (retry != null) {
            retry.cancel(false);
            retry = null;
        }
        become(new ConnectionState.Connecting());
        String token;
        try {
            token = options.access().token().token();
        } catch (IOException | RuntimeException e) {
            comeBack(options.backoff().after(++failures), "no credential: " + e.getMessage());
            return;
        }
        if (credentialRefused && token.equals(credential)) {
            end(UNAUTHORIZED, "the credential is not accepted any more");
            return;
        }
        credential = token;
        credentialRefused = false;
        heardNanos = System.nanoTime();
        connectedNanos = heardNanos;
        LiveSocket fresh = new LiveSocket(loop, this, mapper);
        socket = fresh;
        fresh.connect(http, options.access().live());
    }

    private void receive(JsonNode message) {
        switch (message.path("type").asText()) {
            case "connection_ack" -> {
                connectedNanos = System.nanoTime();
                become(new ConnectionState.Open());
                opened.complete(null);
                if (subscriptions != null) {
                    subscriptions.resume();
                }
            }
            case "ping" -> {
                ObjectNode pong = message("pong");
                if (message.has("payload")) {
                    pong.set("payload", message.get("payload"));
                }
                send(pong);
            }
            default -> {
                if (subscriptions != null) {
                    subscriptions.take(message);
                }
            }
        }
    }

    private void lost(int code, String reason) {
        socket = null;
        switch (AfterClose.of(code)) {
            case NEVER -> end(code, reason);
            case WITH_ANOTHER_CREDENTIAL -> {
                if (!isOpen()) {
                    end(code, reason); // it was refused as it came
                    return;
                }
                credentialRefused = true;
                comeBack(options.backoff().after(++failures), reason);
            }
            case AT_ONCE -> comeBack(Duration.ZERO, reason);
            case LATER -> comeBack(options.backoff().after(++failures), reason);
        }
    }

    private void comeBack(Duration wait, String reason) {
        become(new ConnectionState.Waiting(Instant.now().plus(wait), failures, reason));
        retry = loop.schedule(wait, this::connect);
    }

    /** Watches the times: a server that says nothing, and a connection that has proved good. */
    private void tick() {
        LiveSocket present = socket;
        if (present == null) {
            return;
        }
        long now = System.nanoTime();
        if (isOpen() && now - connectedNanos > GOOD.toNanos()) {
            failures = 0;
        }
        Duration patience = isOpen() ? options.silence() : ACK_PATIENCE;
        if (now - heardNanos > patience.toNanos()) {
            present.abort();
            lost(AfterClose.BROKEN, "the server was not heard");
        }
    }

    private void become(ConnectionState next) {
        state = next;
        ClientLoop.tell(() -> options.onState().accept(next));
    }

    private ObjectNode message(String type) {
        return mapper.createObjectNode().put("type", type);
    }
}
