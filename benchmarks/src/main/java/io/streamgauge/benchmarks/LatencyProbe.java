package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.client.LiveClient;
import io.streamgauge.client.LiveClientOptions;
import io.streamgauge.client.LiveResult;
import io.streamgauge.client.LiveSubscription;
import io.streamgauge.client.SubscriptionListener;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * One tenant that sends events at a fixed rate and watches for them. Time counts from when an event
 * was due to be sent, so a stall is not hidden by sending less. Measures while it is told to.
 */
final class LatencyProbe implements AutoCloseable {

    /**
     * Windows stay open a little longer, or what is sent in their last moments is shown as late, a
     * second later.
     */
    private static final String STREAM =
            """
            {"name":"latency","fields":[
              {"name":"time","type":"timestamp","role":"timestamp"},
              {"name":"sender","type":"string","role":"dimension"},
              {"name":"value","type":"number","role":"measure"}],
             "windows":["1s"],
             "outOfOrderness":"100ms"}
            """;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final URI api;
    private final String token;
    private final int batch;
    private final long intervalNanos;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Window> windows = new ConcurrentHashMap<>();
    private final Histogram answered = new ConcurrentHistogram(3);
    private final Histogram shown = new ConcurrentHistogram(3);
    private final AtomicInteger failures = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private final LiveClient live;
    private volatile boolean measuring;
    private volatile boolean stopped;

    /**
     * Events of one series in one window, in the order of their sending, and how many were shown.
     */
    private static final class Window {

        private final List<Long> due = new ArrayList<>();
        private int shown;
    }

    /**
     * What a measurement found.
     *
     * @param answered from when a request was due to its answer, in microseconds
     * @param shown from then to the frame that counts an event
     * @param failures requests without a good answer
     */
    record Result(Histogram answered, Histogram shown, int failures) {

        void print(PrintStream out) {
            print(out, "request to answer (baseline)", answered);
            print(out, "request to frame", shown);
            out.printf("failed requests: %d%n", failures);
        }

        private static void print(PrintStream out, String what, Histogram histogram) {
            out.printf(
                    "%-30s n=%-7d p50=%-7.1f p90=%-7.1f p99=%-7.1f p99.9=%-7.1f max=%.1f%n",
                    what,
                    histogram.getTotalCount(),
                    histogram.getValueAtPercentile(50) / 1e3,
                    histogram.getValueAtPercentile(90) / 1e3,
                    histogram.getValueAtPercentile(99) / 1e3,
                    histogram.getValueAtPercentile(99.9) / 1e3,
                    histogram.getMaxValue() / 1e3);
        }
    }

    private LatencyProbe(URI api, String token, int rate, int senders, int batch)
            throws IOException, InterruptedException {
        this.api = api;
        this.token = token;
        this.batch = batch;
        intervalNanos = 1_000_000_000L * senders * batch / rate;
        post("/api/v1/streams", STREAM);
        live = LiveClient.open(LiveClientOptions.of(api, () -> token));
        live.awaitOpen(PATIENCE);
    }

    /**
     * Creates the stream, subscribes, and starts to send.
     *
     * @param rate events a second
     * @param senders each with a series of its own
     * @param batch events a request
     */
    static LatencyProbe start(URI api, String token, int rate, int senders, int batch)
            throws IOException, InterruptedException {
        LatencyProbe probe = new LatencyProbe(api, token, rate, senders, batch);
        LiveSubscription unused =
                probe.live.subscribe(
                        (ObjectNode)
                                Json.mapper()
                                        .readTree(
                                                "{\"stream\":\"latency\",\"kinds\":[\"aggregates\"]}"),
                        probe.new Frames());
        long start = System.nanoTime();
        for (int i = 0; i < senders; i++) {
            String sender = "s" + i;
            long first = start + probe.intervalNanos * i / senders;
            probe.threads.add(
                    Thread.ofPlatform().name(sender).start(() -> probe.send(sender, first)));
        }
        return probe;
    }

    /** Measures for a while; what is under way at the end counts for the part that was seen. */
    Result measure(Duration length) {
        answered.reset();
        shown.reset();
        failures.set(0);
        measuring = true;
        LockSupport.parkNanos(length.toNanos());
        measuring = false;
        return new Result(answered.copy(), shown.copy(), failures.get());
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        live.close();
    }

    private void send(String sender, long first) {
        for (long due = first; !stopped; due += intervalNanos) {
            LockSupport.parkNanos(due - System.nanoTime());
            if (!measuring) {
                due = Math.max(due, System.nanoTime()); // a cold start leaves no backlog behind
            }
            long now = System.currentTimeMillis();
            Window window = windows.computeIfAbsent(key(sender, now / 1000), key -> new Window());
            synchronized (window) {
                window.due.addAll(Collections.nCopies(batch, due));
            }
            String event = "{\"time\":%d,\"sender\":\"%s\",\"value\":1}".formatted(now, sender);
            try {
                post(
                        "/api/v1/streams/latency/events",
                        Collections.nCopies(batch, event).toString());
                record(answered, due);
            } catch (IOException e) {
                failures.incrementAndGet();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void post(String path, String json) throws IOException, InterruptedException {
        HttpResponse<String> response =
                http.send(
                        HttpRequest.newBuilder(api.resolve(path))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString(json, UTF_8))
                                .build(),
                        BodyHandlers.ofString());
        if (response.statusCode() >= 300) {
            throw new IOException(response.statusCode() + " " + response.body());
        }
    }

    private void record(Histogram histogram, long due) {
        if (measuring) {
            histogram.recordValue(Math.max(0, (System.nanoTime() - due) / 1_000));
        }
    }

    private static String key(String sender, long second) {
        return sender + "@" + second;
    }

    /** Takes each event as shown by the first frame of its window that counts it. */
    private final class Frames implements SubscriptionListener {

        @Override
        public void next(LiveResult result) {
            JsonNode aggregate = result.value();
            String sender = aggregate.path("dimensions").path("sender").asText();
            long second = Instant.parse(aggregate.path("start").asText()).getEpochSecond();
            Window window = windows.get(key(sender, second));
            if (window == null) {
                return;
            }
            synchronized (window) {
                int count = Math.min(aggregate.path("count").asInt(), window.due.size());
                for (; window.shown < count; window.shown++) {
                    record(shown, window.due.get(window.shown));
                }
            }
        }

        @Override
        public void error(JsonNode problem) {
            throw new IllegalStateException(problem.toString());
        }
    }
}
