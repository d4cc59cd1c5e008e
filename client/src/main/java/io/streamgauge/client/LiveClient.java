package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One live connection with any number of subscriptions, which survive it: when it breaks, the client
 * connects again with growing waits and subscribes anew {@code after} the position that each had
 * come to, so that nothing is missed and nothing is told twice. Where the server no longer has what
 * was missed, the subscriber hears of a {@link Gap} instead.
 *
 * <p>Safe for use by many threads. One thread of the client's own does everything, and tells
 * everybody; it does not keep the JVM alive. To be closed, also where the connection is {@link
 * ConnectionState.Closed} already.
 */
public final class LiveClient implements AutoCloseable {

    /** A connection that has lasted so long was a good one. */
    private static final Duration GOOD = Duration.ofSeconds(5);

    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration ACK_PATIENCE = Duration.ofSeconds(10);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
    private static final int NORMAL = 1000;

    private final LiveClientOptions options;
    private final ObjectMapper mapper = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong numbers = new AtomicLong();
    private final Subscriptions subscriptions;
    private final ScheduledExecutorService loop =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("live-client").daemon().factory());
    private volatile @Nullable Thread ownThread;
    private volatile ConnectionState state = new ConnectionState.Connecting();

    // Used by the thread only.
    private final LiveSocket.Owner owner = new Events();
    private @Nullable LiveSocket socket;
    private @Nullable Future<?> retry;
    private String credential = "";
    private boolean credentialRefused;
    private int failures;
    private long connectedNanos;
    private long heardNanos;

    private LiveClient(LiveClientOptions options) {
        this.options = options;
        subscriptions = new Subscriptions(mapper, options.backoff(), new Way());
        long tick = Math.clamp(options.silence().toMillis() / 4, 1, TICK.toMillis());
        Future<?> unused =
                loop.scheduleWithFixedDelay(
                        guarded(this::tick), tick, tick, TimeUnit.MILLISECONDS);
    }

    /** Begins to connect, and returns at once. */
    public static LiveClient open(LiveClientOptions options) {
        LiveClient client = new LiveClient(options);
        boolean unused =
                client.inLoop(
                        () -> {
                            client.ownThread = Thread.currentThread();
                            client.connect();
                        });
        return client;
    }

    /** How the connection stands. */
    public ConnectionState state() {
        return state;
    }

    /**
     * Subscribes now, or as soon as there is a connection.
     *
     * @param payload stream, kinds and filters, as in the protocol; with {@code after} it goes on at
     *     a position that was kept
     * @throws IllegalStateException where the client is closed
     */
    public LiveSubscription subscribe(ObjectNode payload, SubscriptionListener listener) {
        LiveSubscription subscription =
                new LiveSubscription(
                        numbers.incrementAndGet(), payload.deepCopy(), listener, this);
        subscriptions.add(subscription);
        if (!inLoop(() -> subscriptions.ask(subscription))) {
            throw new IllegalStateException("client: closed (expected: one that is open)");
        }
        return subscription;
    }

    /** Every subscription, in the order of their making. */
    public List<LiveSubscription> listActive() {
        return subscriptions.list();
    }

    /** Does not wait for the next attempt any longer: somebody is there who wants it now. */
    public void retryNow() {
        boolean unused =
                inLoop(
                        () -> {
                            if (state instanceof ConnectionState.Waiting) {
                                connect();
                            }
                        });
    }

    /** Ends the connection for good; returns once that is done, or the server takes too long. */
    @Override
    public void close() {
        if (Thread.currentThread() == ownThread) {
            end(NORMAL, ""); // a listener closes it, and cannot be waited for
            return;
        }
        boolean unused = inLoop(() -> end(NORMAL, ""));
        try {
            boolean ended = loop.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void unsubscribe(LiveSubscription subscription) {
        if (subscriptions.remove(subscription)) {
            boolean unused =
                    inLoop(() -> send(message("complete").put("id", subscription.id())));
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
            token = options.token().token();
        } catch (IOException e) {
            comeBack(options.backoff().after(++failures), "no credential: " + e.getMessage());
            return;
        }
        if (credentialRefused && token.equals(credential)) {
            end(4401, "the credential is not accepted any more");
            return;
        }
        credential = token;
        credentialRefused = false;
        heardNanos = System.nanoTime();
        connectedNanos = heardNanos;
        LiveSocket fresh = new LiveSocket(loop, owner, mapper);
        socket = fresh;
        fresh.connect(http, options.endpoint());
    }

    /** What the connection says; of one that was given up, nothing is taken. */
    private final class Events implements LiveSocket.Owner {

        @Override
        public void opened(LiveSocket from) {
            ObjectNode init = message("connection_init");
            ObjectNode payload = init.putObject("payload").put("token", credential);
            options.tenant().ifPresent(it -> payload.put("tenant", it));
            from.send(init);
        }

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
    }

    /** The connection as subscriptions need it. */
    private final class Way implements Subscriptions.Connection {

        @Override
        public boolean isOpen() {
            return state instanceof ConnectionState.Open;
        }

        @Override
        public void send(ObjectNode message) {
            LiveClient.this.send(message);
        }

        @Override
        public void later(Duration wait, Runnable task) {
            LiveSocket asked = socket;
            Runnable same =
                    () -> {
                        if (socket == asked) {
                            task.run();
                        }
                    };
            Future<?> unused =
                    loop.schedule(guarded(same), wait.toMillis(), TimeUnit.MILLISECONDS);
        }

        @Override
        public void tell(Runnable call) {
            guarded(call).run();
        }
    }

    private void receive(JsonNode message) {
        switch (message.path("type").asText()) {
            case "connection_ack" -> {
                connectedNanos = System.nanoTime();
                become(new ConnectionState.Open());
                subscriptions.resume();
            }
            case "ping" -> {
                ObjectNode pong = message("pong");
                if (message.has("payload")) {
                    pong.set("payload", message.get("payload"));
                }
                send(pong);
            }
            default -> subscriptions.take(message);
        }
    }

    private void lost(int code, String reason) {
        socket = null;
        switch (AfterClose.of(code)) {
            case NEVER -> end(code, reason);
            case WITH_ANOTHER_CREDENTIAL -> {
                if (!(state instanceof ConnectionState.Open)) {
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
        retry = loop.schedule(guarded(this::connect), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void end(int code, String reason) {
        if (state instanceof ConnectionState.Closed) {
            return;
        }
        if (socket != null) {
            socket.close();
            socket = null;
        }
        become(new ConnectionState.Closed(code, reason));
        http.shutdownNow();
        loop.shutdownNow();
    }

    /** Watches the times: a server that says nothing, and a connection that has proved good. */
    private void tick() {
        LiveSocket present = socket;
        if (present == null) {
            return;
        }
        long now = System.nanoTime();
        boolean open = state instanceof ConnectionState.Open;
        if (open && now - connectedNanos > GOOD.toNanos()) {
            failures = 0;
        }
        Duration patience = open ? options.silence() : ACK_PATIENCE;
        if (now - heardNanos > patience.toNanos()) {
            present.abort();
            lost(AfterClose.BROKEN, "the server was not heard");
        }
    }

    private void become(ConnectionState next) {
        state = next;
        guarded(() -> options.onState().accept(next)).run();
    }

    private void send(ObjectNode message) {
        if (socket != null && state instanceof ConnectionState.Open) {
            socket.send(message);
        }
    }

    private ObjectNode message(String type) {
        return mapper.createObjectNode().put("type", type);
    }

    private boolean inLoop(Runnable task) {
        try {
            loop.execute(guarded(task));
            return true;
        } catch (RejectedExecutionException e) {
            return false; // closed
        }
    }

    /** What a listener throws must end neither the thread nor the watch over the times. */
    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                Thread thread = Thread.currentThread();
                thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
            }
        };
    }
}
