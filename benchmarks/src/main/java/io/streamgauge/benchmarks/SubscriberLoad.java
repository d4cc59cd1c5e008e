package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * How long it takes from an event's request to the frames of a thousand subscribers and more; then
 * with more frames and more subscribers, until the 99th percentile is beyond a tenth of a second.
 * Subscribers are connections of their own, spread over ten streams. Each stream has a series for
 * each ten frames a second that its subscribers are to get; a series has ten events a second, which
 * make a frame each.
 *
 * <p>The server is a whole stack in a JVM of its own, whose processor time and memory are told. The
 * baselines are one subscriber a stream at the same rate of events, and an {@link EchoServer}.
 *
 * <p>Arguments: seconds for each step (20).
 */
public final class SubscriberLoad implements AutoCloseable {

    private static final int STREAMS = 10;
    private static final int EVENTS_PER_SECOND = 10;
    private static final Duration STACK_WARM_UP = Duration.ofSeconds(40);
    private static final Duration ECHO_WARM_UP = Duration.ofSeconds(10);
    private static final Duration SETTLING = Duration.ofSeconds(3);
    private static final double GOAL_MILLIS = 100;
    private static final int MOST_SUBSCRIBERS = 8_000;

    private static final String STREAM =
            """
            {"name":"stream-%d","fields":[
              {"name":"series","type":"string","role":"dimension"},
              {"name":"due","type":"number","role":"measure"}],
             "windows":["1s"],"outOfOrderness":"100ms"}
            """;

    private final URI api;
    private final String token;
    private final ServerProcess server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final long origin = System.nanoTime();
    private final Audience audience;
    private final AtomicInteger failures = new AtomicInteger();
    private final List<Thread> senders = new ArrayList<>();
    private volatile int seriesPerStream = 1;
    private volatile boolean stopped;

    private SubscriberLoad(URI api, String token, ServerProcess server) {
        this.api = api;
        this.token = token;
        this.server = server;
        this.audience = new Audience(api, token, origin);
    }

    /** Runs the measurement and prints it. */
    public static void main(String[] args) throws Exception {
        Duration length = Duration.ofSeconds(args.length > 0 ? Integer.parseInt(args[0]) : 20);
        String frame;
        try (ServerProcess stack = ServerProcess.start(StackServer.class)) {
            URI api = URI.create(stack.awaitValue(ServerProcess.API));
            try (SubscriberLoad load =
                    new SubscriberLoad(api, stack.awaitValue(ServerProcess.TOKEN), stack)) {
                System.out.println("streamgauge, and all that it stands on");
                load.run(length, STACK_WARM_UP);
                frame = load.audience.sample();
            }
        }
        try (ServerProcess echo = ServerProcess.start(EchoServer.class, frame)) {
            URI api = URI.create(echo.awaitValue(ServerProcess.API));
            try (SubscriberLoad load = new SubscriberLoad(api, "none", echo)) {
                System.out.printf("%nplain server, the same frames (%d bytes)%n", frame.length());
                load.run(length, ECHO_WARM_UP);
            }
        }
    }

    private void run(Duration length, Duration warmUp) throws IOException, InterruptedException {
        for (int i = 0; i < STREAMS; i++) {
            post("/api/v1/streams", STREAM.formatted(i));
        }
        for (int i = 0; i < STREAMS; i++) {
            int stream = i;
            senders.add(Thread.ofPlatform().name("sender-" + i).start(() -> send(stream)));
        }
        audience.grow(STREAMS, STREAMS);
        audience.measure(warmUp);
        System.out.printf(
                "%-11s %-9s %8s %8s %8s %8s %8s %12s %12s %8s%n",
                "subscribers",
                "frames/s",
                "got/s",
                "p50",
                "p99",
                "p99.9",
                "max",
                "server cores",
                "client cores",
                "MiB");
        step(length);
        audience.grow(1_000, STREAMS);
        audience.measure(warmUp.dividedBy(2));
        boolean held = step(length);
        for (int next = 2; held && next <= 64; next *= 2) {
            seriesPerStream = next;
            audience.measure(SETTLING);
            held = step(length);
        }
        seriesPerStream = 1;
        audience.measure(SETTLING); // and what may have piled up goes
        held = true;
        for (int next = 1_250; held && next <= MOST_SUBSCRIBERS; next += next / 4) {
            audience.grow(next, STREAMS);
            audience.measure(SETTLING);
            held = step(length);
        }
        System.out.printf("failed requests: %d%n", failures.get());
    }

    /** Whether the 99th percentile was within the goal. */
    private boolean step(Duration length) {
        Duration serverBefore = server.processorTime();
        Duration clientBefore = ownProcessorTime();
        Histogram shown = audience.measure(length);
        double p99 = shown.getValueAtPercentile(99) / 1e3;
        System.out.printf(
                "%-11d %-9d %8.0f %8.1f %8.1f %8.1f %8.1f %12.2f %12.2f %8d%n",
                audience.size(),
                seriesPerStream * EVENTS_PER_SECOND,
                (double) shown.getTotalCount() / length.toSeconds(),
                shown.getValueAtPercentile(50) / 1e3,
                p99,
                shown.getValueAtPercentile(99.9) / 1e3,
                shown.getMaxValue() / 1e3,
                cores(server.processorTime().minus(serverBefore), length),
                cores(ownProcessorTime().minus(clientBefore), length),
                server.residentMiB());
        return p99 <= GOAL_MILLIS;
    }

    private static double cores(Duration taken, Duration length) {
        return (double) taken.toMillis() / length.toMillis();
    }

    private static Duration ownProcessorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Each series in turn, so that events are spread over the time and none waits for another. */
    private void send(int stream) {
        long due = System.nanoTime() + stream * 1_000_000_000L / EVENTS_PER_SECOND / STREAMS;
        for (long number = 0; !stopped; number++) {
            int series = seriesPerStream;
            due += 1_000_000_000L / EVENTS_PER_SECOND / series;
            LockSupport.parkNanos(due - System.nanoTime());
            due = Math.max(due, System.nanoTime() - 1_000_000_000L); // a cold start's backlog
            try {
                post(
                        "/api/v1/streams/stream-%d/events".formatted(stream),
                        "[{\"series\":\"s%d\",\"due\":%d}]"
                                .formatted(number % series, (due - origin) / 1_000));
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

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        for (Thread sender : senders) {
            sender.join();
        }
        audience.close();
        http.close();
    }
}
