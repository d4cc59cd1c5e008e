package io.streamgauge.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
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
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jdbi.v3.core.Jdbi;

/**
 * What one tenant notices of another that goes to ten times its limits: events, each of a series of
 * its own, and requests. The quiet tenant's latencies are measured first alone and then beside the
 * noisy one, in one run, on a whole stack in this JVM. The noise begins so that the end of a
 * minute, when all its windows end at once, is in the middle of what is measured.
 *
 * <p>Arguments: seconds for each of the two (30).
 */
public final class NoisyNeighbour {

    private static final TenantId QUIET = new TenantId("quiet");
    private static final TenantId NOISY = new TenantId("noisy");
    private static final Duration WARM_UP = Duration.ofSeconds(60);
    private static final Duration SETTLING = Duration.ofSeconds(10);

    /** Limits of the tier silver, to which the noisy tenant belongs. */
    private static final int EVENTS_PER_SECOND = 1_000;

    private static final int REQUESTS_PER_HOUR = 1_000;
    private static final int TIMES = 10;
    private static final int BATCH = 500;

    private static final String STREAM =
            """
            {"name":"noise","fields":[
              {"name":"id","type":"string","role":"dimension"},
              {"name":"value","type":"number","role":"measure"}],
             "windows":["1s","1m"]}
            """;

    private final URI api;
    private final String token;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong limited = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private volatile boolean stopped;

    private NoisyNeighbour(URI api, String token) {
        this.api = api;
        this.token = token;
    }

    /** Runs the measurement and prints it. */
    public static void main(String[] args) throws Exception {
        Duration length = Duration.ofSeconds(args.length > 0 ? Integer.parseInt(args[0]) : 30);
        Path dataDir = Files.createTempDirectory("streamgauge-neighbour");
        try (LocalStack stack = LocalStack.start(LocalStackOptions.onFreePorts(dataDir))) {
            Jdbi owner =
                    Jdbi.create(
                            stack.postgres().jdbcUrl(),
                            stack.postgres().user(),
                            stack.postgres().password());
            owner.useHandle(
                    handle ->
                            handle.execute(
                                    "INSERT INTO tenants (id, name, tier) VALUES ('quiet', '',"
                                            + " 'gold'), ('noisy', '', 'silver')"));
            NoisyNeighbour noise = new NoisyNeighbour(stack.apiUrl(), token(stack, NOISY));
            try (LatencyProbe probe =
                    LatencyProbe.start(stack.apiUrl(), token(stack, QUIET), 500, 10, 10)) {
                LatencyProbe.Result unused = probe.measure(WARM_UP);
                LatencyProbe.Result alone = probe.measure(length);
                awaitSecond(60 - SETTLING.toSeconds() - Math.min(length.toSeconds(), 60) / 2);
                noise.start();
                LatencyProbe.Result unusedToo = probe.measure(SETTLING);
                LatencyProbe.Result beside = probe.measure(length);
                noise.stopped = true;
                print(System.out, alone, beside);
                noise.print(System.out);
            }
        }
    }

    /** So that the windows of the noise end in the middle of the measurement: that costs most. */
    private static void awaitSecond(long ofMinute) throws InterruptedException {
        Thread.sleep(Math.floorMod(ofMinute * 1_000 - System.currentTimeMillis(), 60_000L));
    }

    private static String token(LocalStack stack, TenantId tenant) {
        return stack.tokens().issue("benchmark", tenant, Set.of("admin"), Duration.ofHours(1));
    }

    private static void print(
            PrintStream out, LatencyProbe.Result alone, LatencyProbe.Result beside) {
        out.println("the quiet tenant alone, milliseconds");
        alone.print(out);
        out.println("the quiet tenant beside the noisy one, milliseconds");
        beside.print(out);
        for (double percentile : new double[] {50, 99}) {
            out.printf(
                    "ratio of p%.0f: request to answer %.2f, request to frame %.2f%n",
                    percentile,
                    (double) beside.answered().getValueAtPercentile(percentile)
                            / alone.answered().getValueAtPercentile(percentile),
                    (double) beside.shown().getValueAtPercentile(percentile)
                            / alone.shown().getValueAtPercentile(percentile));
        }
    }

    private void print(PrintStream out) {
        out.printf(
                "the noisy tenant: %d events sent, %d accepted, %d requests cut short by its rate;"
                        + " %d other requests, %d of them refused%n",
                sent.get(), accepted.get(), limited.get(), requests.get(), refused.get());
    }

    private void start() throws IOException, InterruptedException {
        send("POST", "/api/v1/streams", STREAM);
        Thread.ofPlatform()
                .daemon()
                .name("noise-events")
                .start(() -> repeat(1e9 * BATCH / (TIMES * EVENTS_PER_SECOND), this::sendEvents));
        Thread.ofPlatform()
                .daemon()
                .name("noise-requests")
                .start(() -> repeat(3_600e9 / (TIMES * REQUESTS_PER_HOUR), this::read));
    }

    @FunctionalInterface
    private interface Call {

        void run() throws IOException, InterruptedException;
    }

    private void repeat(double intervalNanos, Call call) {
        long due = System.nanoTime();
        while (!stopped) {
            LockSupport.parkNanos(due - System.nanoTime());
            due = Math.max(System.nanoTime(), due + (long) intervalNanos);
            try {
                call.run();
            } catch (IOException e) {
                throw new IllegalStateException("the noise has ended early", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void sendEvents() throws IOException, InterruptedException {
        StringBuilder body = new StringBuilder("[");
        for (int i = 0; i < BATCH; i++) {
            body.append(i == 0 ? "" : ",")
                    .append("{\"id\":\"")
                    .append(sent.incrementAndGet())
                    .append("\",\"value\":1}");
        }
        HttpResponse<String> response =
                send("POST", "/api/v1/streams/noise/events", body.append(']').toString());
        JsonNode report = Json.mapper().readTree(response.body());
        accepted.addAndGet(report.path("accepted").asLong());
        if (response.statusCode() == 429) {
            limited.incrementAndGet();
        }
    }

    private void read() throws IOException, InterruptedException {
        requests.incrementAndGet();
        if (send("GET", "/api/v1/streams/noise/aggregates", "").statusCode() == 429) {
            refused.incrementAndGet();
        }
    }

    private HttpResponse<String> send(String method, String path, String json)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(api.resolve(path))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                json.isEmpty()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(json, UTF_8))
                        .build(),
                BodyHandlers.ofString());
    }
}
