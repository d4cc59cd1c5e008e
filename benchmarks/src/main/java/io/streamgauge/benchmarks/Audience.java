package io.streamgauge.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Thousands of subscribers, each with a connection of its own, over one client's few threads. They
 * look for one number in a frame and do not read the rest, so that what is measured is the server's
 * work and not theirs. The number is the time in microseconds at which the frame's newest event was
 * due to be sent: the largest value of the measure {@code due}.
 */
final class Audience implements AutoCloseable {

    /** What stands before the number. */
    static final String NEWEST = "\"max\":";

    /** What it is made of. */
    static final String DIGITS = "0123456789.E";

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI endpoint;
    private final String token;
    private final long origin;
    private final HttpClient http = HttpClient.newHttpClient();
    private final List<WebSocket> sockets = new ArrayList<>();
    private final Histogram shown = new ConcurrentHistogram(3);
    private volatile String sample = "";
    private volatile boolean measuring;
    private volatile boolean closed;

    /**
     * @param origin of the events' times, of {@link System#nanoTime()}
     */
    Audience(URI api, String token, long origin) {
        this.endpoint = URI.create("ws://" + api.getRawAuthority() + "/api/v1/live");
        this.token = token;
        this.origin = origin;
    }

    int size() {
        return sockets.size();
    }

    /**
     * Lets more subscribers come, and waits until each has had a frame.
     *
     * @param size how many there are then
     * @param streams over which they are spread
     */
    void grow(int size, int streams) throws IOException, InterruptedException {
        List<Subscriber> fresh = new ArrayList<>();
        for (int i = sockets.size(); i < size; i++) {
            Subscriber subscriber = new Subscriber(i % streams);
            fresh.add(subscriber);
            sockets.add(
                    http.newWebSocketBuilder()
                            .subprotocols("streamgauge.v1+json")
                            .header("Authorization", "Bearer " + token)
                            .buildAsync(endpoint, subscriber)
                            .join());
        }
        for (Subscriber subscriber : fresh) {
            if (!subscriber.served.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("no frame within " + PATIENCE);
            }
        }
    }

    /** One of the frames that were measured. */
    String sample() {
        return sample;
    }

    /** From when the newest event of a frame was due to the frame's arrival, in microseconds. */
    Histogram measure(Duration length) {
        shown.reset();
        measuring = true;
        LockSupport.parkNanos(length.toNanos());
        measuring = false;
        return shown.copy();
    }

    @Override
    public void close() {
        closed = true;
        sockets.forEach(WebSocket::abort);
        http.shutdownNow();
    }

    private final class Subscriber implements WebSocket.Listener {

        private final int stream;
        private final StringBuilder text = new StringBuilder();
        private final CountDownLatch served = new CountDownLatch(1);
        private CompletableFuture<WebSocket> sent = CompletableFuture.completedFuture(null);

        Subscriber(int stream) {
            this.stream = stream;
        }

        @Override
        public void onOpen(WebSocket socket) {
            send(socket, "{\"type\":\"connection_init\"}");
            send(
                    socket,
                    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"stream\":\"stream-%d\",\"kinds\":[\"aggregates\"]}}"
                            .formatted(stream));
            socket.request(1);
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence part, boolean isLast) {
            text.append(part);
            if (isLast) {
                take(socket);
                text.setLength(0);
            }
            socket.request(1);
            return null;
        }

        private void take(WebSocket socket) {
            if (text.indexOf("\"type\":\"ping\"") >= 0) {
                send(socket, "{\"type\":\"pong\"}");
                return;
            }
            int at = text.indexOf(NEWEST);
            if (at < 0) {
                return;
            }
            served.countDown();
            if (measuring && text.indexOf("\"early\"") >= 0) {
                if (sample.isEmpty()) {
                    sample = text.toString();
                }
                int end = at + NEWEST.length();
                while (DIGITS.indexOf(text.charAt(end)) >= 0) {
                    end++;
                }
                double due = Double.parseDouble(text.substring(at + NEWEST.length(), end));
                shown.recordValue(Math.max(0, (System.nanoTime() - origin) / 1_000 - (long) due));
            }
        }

        @Override
        public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            return lost(code + " " + reason);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            CompletionStage<?> unused = lost(String.valueOf(error.getMessage()));
        }

        private @Nullable CompletionStage<?> lost(String why) {
            if (!closed) {
                System.err.println("a subscriber has lost its connection: " + why);
            }
            return null;
        }

        private void send(WebSocket socket, String message) {
            sent = sent.thenCompose(before -> socket.sendText(message, true));
        }
    }
}
