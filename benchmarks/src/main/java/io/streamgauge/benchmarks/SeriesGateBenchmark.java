package io.streamgauge.benchmarks;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.control.quota.SeriesGate;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the series limit adds to each event at the gateway, for a stream with as many series as it
 * may have. The baseline is {@link EventDecodingBenchmark}: the event has just been decoded.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class SeriesGateBenchmark {

    private static final StreamId STREAM = new StreamId(new UUID(1, 2));
    private static final int ASKED = 1 << 16;

    @Param({"1000", "100000"})
    private int limit;

    private final String[] known = new String[ASKED];
    private final String[] unknown = new String[ASKED];
    private SeriesGate gate;

    @SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
    public SeriesGateBenchmark() {}

    /** Each thread goes through the series from a place of its own. */
    @State(Scope.Thread)
    public static class Place {

        private int next = ThreadLocalRandom.current().nextInt(ASKED);

        int next() {
            return next++ & (ASKED - 1);
        }
    }

    /** Opens as many series as the limit allows. */
    @Setup
    public void prepare() {
        gate = new SeriesGate(64L * 1024 * 1024);
        for (int i = 0; i < limit; i++) {
            gate.admit(STREAM, series(i), limit);
        }
        for (int i = 0; i < ASKED; i++) {
            // Strides by a prime: not in the order in which they were opened.
            known[i] = series((int) (i * 7_919L % limit));
            unknown[i] = series(limit + i);
        }
    }

    /** An event of a series that is open. */
    @Benchmark
    public boolean known(Place place) {
        return gate.admit(STREAM, known[place.next()], limit);
    }

    /** An event that would open one more. */
    @Benchmark
    public boolean refused(Place place) {
        return gate.admit(STREAM, unknown[place.next()], limit);
    }

    private static String series(int i) {
        return "{\"device\":\"nvme0n1\",\"host\":\"db-%d.example.org\",\"kind\":\"disk\"}"
                .formatted(i);
    }
}
