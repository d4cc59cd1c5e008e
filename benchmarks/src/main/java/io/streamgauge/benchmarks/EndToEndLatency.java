package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
import io.streamgauge.local.live.LiveClient;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * How long it takes from an event's request to the frame of a subscriber that shows it, on a whole
 * stack in this JVM. Senders keep a fixed rate; time counts from when an event was due to be sent,
 * so a stall is not hidden by sending less. Baseline of the same run: from the same moment to the
 * answer, which comes when Kafka has acknowledged.
 *
 * <p>Arguments: events a second (1,000), seconds (30), senders (10, each with a series of its own),
 * events a request (10).
 */
public final class EndToEndLatency {

    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final String STREAM =
            """
            {"name":"latency","fields":[
              {"name":"time","type":"timestamp","role":"timestamp"},
              {"name":"sender","type":"string","role":"dimension"},
              {"name":"value","type":"number","role":"measure"}],
             "windows":["1s"]}
            """;

    private final URI api;
    private final String token;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, Window> windows = new ConcurrentHashMap<>();
    private final Histogram answered = new ConcurrentHistogram(3);
    private final Histogram shown = new ConcurrentHistogram(3);
    private final AtomicInteger failures = new AtomicInteger();
    private volatile boolean measuring;

    /**
     * Events of one series in one window, in the order of their sending, and how many were shown.
     */
    private static final class Window {

        private final List<Long> due = new ArrayList<>();
        private int shown;
    }

    private EndToEndLatency(URI api, String token) {
        this.api = api;
        this.token = token;
    }

    /** Runs the measurement and prints it. */
    public static void main(String[] args) throws Exception {
        int rate = args.length > 0 ? Integer.parseInt(args[0]) : 1_000;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 30;
        int senders = args.length > 2 ? Integer.parseInt(args[2]) : 10;
        int batch = args.length > 3 ? Integer.parseInt(args[3]) : 10;
        Path dataDir = Files.createTempDirectory("streamgauge-latency");
        try (LocalStack stack = LocalStack.start(LocalStackOptions.onFreePorts(dataDir))) {
            String token =
                    stack.tokens()
                            .issue(
                                    "benchmark",
                                    LocalStack.DEMO,
                                    Set.of("admin"),
                                    Duration.ofHours(1));
            new EndToEndLatency(stack.apiUrl(), token)
                    .run(rate, seconds, senders, batch, System.out);
        }
    }

    private void run(int rate, int seconds, int senders, int batch, PrintStream out)
            throws Exception {
        post("/api/v1/streams", STREAM);
        try (LiveClient live = LiveClient.connect(api, token, new Frames())) {
            live.subscribe(
                    "1",
                    (ObjectNode)
                            Json.mapper()
                                    .readTree(
                                            "{\"stream\":\"latency\",\"kinds\":[\"aggregates\"]}"));
            long start = System.nanoTime();
            long measureFrom = start + WARM_UP.toNanos();
            long end = measureFrom + Duration.ofSeconds(seconds).toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < senders; i++) {
                String sender = "s" + i;
                long interval = 1_000_000_000L * senders * batch / rate;
                long first = start + interval * i / senders;
                threads.add(
                        Thread.ofPlatform()
                                .name(sender)
                                .start(() -> send(sender, first, interval, end, batch)));
            }
            LockSupport.parkNanos(measureFrom - System.nanoTime());
            measuring = true;
            for (Thread thread : threads) {
                thread.join();
            }
        }
        out.printf(
                "%d events/s for %d s after %d s of warm-up, %d senders, %d events a request;"
                        + " milliseconds%n",
                rate, seconds, WARM_UP.toSeconds(), senders, batch);
        print(out, "request to answer (baseline)", answered);
        print(out, "request to frame", shown);
        out.printf("failed requests: %d%n", failures.get());
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

    private void send(String sender, long first, long interval, long end, int batch) {
        for (long due = first; due < end; due += interval) {
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
    private final class Frames implements LiveClient.Listener {

        @Override
        public void next(String subscription, JsonNode payload, JsonNode frame) {
            JsonNode aggregate = payload.path("aggregate");
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
        public void error(String subscription, JsonNode problem) {
            throw new IllegalStateException(problem.toString());
        }

        @Override
        public void closed(int code, String reason) {
            // The end of the run closes the connection.
        }
    }
}
