package io.streamgauge.benchmarks;

import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * How long it takes from an event's request to the frame of a subscriber that shows it, on a whole
 * stack in this JVM. Baseline of the same run: from the same moment to the answer, which comes when
 * Kafka has acknowledged.
 *
 * <p>Arguments: events a second (1,000), seconds (30), senders (10, each with a series of its own),
 * events a request (10).
 */
public final class EndToEndLatency {

    private static final Duration WARM_UP = Duration.ofSeconds(60);

    private EndToEndLatency() {}

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
            try (LatencyProbe probe =
                    LatencyProbe.start(stack.apiUrl(), token, rate, senders, batch)) {
                LatencyProbe.Result unused = probe.measure(WARM_UP);
                LatencyProbe.Result result = probe.measure(Duration.ofSeconds(seconds));
                System.out.printf(
                        "%d events/s for %d s after %d s of warm-up, %d senders, %d events a"
                                + " request; milliseconds%n",
                        rate, seconds, WARM_UP.toSeconds(), senders, batch);
                result.print(System.out);
            }
        }
    }
}
