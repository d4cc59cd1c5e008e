package io.streamgauge.control.quota;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.StreamId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class SeriesGateTest {

    private static final StreamId ORDERS = stream(1);
    private static final StreamId CLICKS = stream(2);
    private static final int SMALLEST = 16 * 1024;

    private final TestingNanoTime time = new TestingNanoTime();
    private final SeriesGate gate = new SeriesGate(1 << 20, time, 42);

    @Test
    void refusesWhatWouldBeOneSeriesMoreAndGoesOnWithTheOthers() {
        admit(gate, ORDERS, 0, 10, 10);

        assertThat(gate.admit(ORDERS, "s10", 10)).isFalse();
        assertThat(gate.admit(ORDERS, "s9", 10)).isTrue();
        assertThat(gate.admit(ORDERS, "s9", 3)).isTrue(); // the limit was lowered
        assertThat(gate.admit(ORDERS, "s10", 11)).isTrue(); // and raised
        assertThat(gate.open(ORDERS)).isEqualTo(11);
        assertThat(gate.refused()).isEqualTo(1);
    }

    @Test
    void countsEachStreamByItself() {
        admit(gate, ORDERS, 0, 10, 10);

        assertThat(gate.admit(CLICKS, "s10", 10)).isTrue();
        assertThat(gate.open(CLICKS)).isEqualTo(1);
    }

    @Test
    void keepsASeriesOpenForAsLongAsItIsSeen() {
        admit(gate, ORDERS, 0, 10, 10);
        for (int hour = 0; hour < 5; hour++) {
            time.pass(Duration.ofMinutes(60));
            assertThat(gate.admit(ORDERS, "s0", 10)).isTrue();
        }

        assertThat(gate.open(ORDERS)).isEqualTo(1);
        assertThat(gate.admit(ORDERS, "new", 2)).isTrue();
    }

    @Test
    void hasRoomAgainTwoHoursLaterAtTheLatestAndNotWithinOne() {
        time.pass(Duration.ofMinutes(59));
        admit(gate, ORDERS, 0, 10, 10);

        time.pass(Duration.ofMinutes(60));
        assertThat(gate.admit(ORDERS, "new", 10)).isFalse();

        time.pass(Duration.ofMinutes(1));
        assertThat(gate.admit(ORDERS, "new", 10)).isTrue();
        assertThat(gate.open(ORDERS)).isEqualTo(1);
    }

    @Test
    void takesNothingWhereTheLimitIsZero() {
        assertThat(gate.admit(ORDERS, "s", 0)).isFalse();
        assertThat(gate.bytes()).isZero();
        assertThat(gate.refused()).isEqualTo(1);
    }

    @Test
    void forgetsAStream() {
        admit(gate, ORDERS, 0, 10, 10);
        gate.forget(ORDERS);
        gate.forget(ORDERS);

        assertThat(gate.open(ORDERS)).isZero();
        assertThat(gate.bytes()).isZero();
        assertThat(gate.admit(ORDERS, "new", 10)).isTrue();
    }

    @Test
    void dropsTheStreamThatWasNotUsedForLongestWhereMemoryRunsOut() {
        SeriesGate small = new SeriesGate(SMALLEST, time, 42);
        admit(small, ORDERS, 0, 100, 1_000);
        time.pass(Duration.ofSeconds(1));
        admit(small, CLICKS, 0, 200, 1_000);
        time.pass(Duration.ofSeconds(1));
        assertThat(small.admit(ORDERS, "s7", 1_000)).isTrue(); // so clicks are the older ones
        time.pass(Duration.ofSeconds(1));

        admit(small, stream(3), 0, 400, 1_000);

        assertThat(small.dropped()).isEqualTo(1);
        assertThat(small.open(CLICKS)).isZero();
        assertThat(small.open(ORDERS)).isEqualTo(100);
        assertThat(small.open(stream(3))).isEqualTo(400);
        assertThat(small.admit(CLICKS, "s7", 1_000)).isTrue();
    }

    @Test
    void dropsItsOwnSetsWhereAStreamAloneNeedsTooMuch() {
        SeriesGate small = new SeriesGate(SMALLEST, time, 42);
        for (int i = 0; i < 100_000; i++) {
            assertThat(small.admit(ORDERS, "s" + i, Long.MAX_VALUE)).isTrue();
            assertThat(small.bytes()).isLessThanOrEqualTo(SMALLEST);
        }

        assertThat(small.dropped()).isPositive();
    }

    @Test
    void staysWithinItsMemoryWhateverComes() {
        SeriesGate small = new SeriesGate(SMALLEST, time, 42);
        for (int i = 0; i < 100_000; i++) {
            small.admit(stream(i % 317), "s" + i % 1_000, 100);
            if (i % 1_000 == 0) {
                time.pass(Duration.ofMinutes(7));
            }
            // A stream that is new comes before the room for its first series.
            assertThat(small.bytes()).isLessThanOrEqualTo(SMALLEST + RecentSeries.FIXED_BYTES);
        }
    }

    @Test
    void costsNothingForStreamsThatAreNotUsedAnyMore() {
        for (int i = 0; i < 100; i++) {
            admit(gate, stream(i), 0, 50, 100);
        }
        time.pass(Duration.ofHours(2));

        gate.admit(ORDERS, "s", 100);

        assertThat(gate.bytes()).isLessThan(1_000);
        assertThat(gate.dropped()).isZero();
    }

    @Test
    void holdsTheLimitExactlyWhereManyThreadsAskAtOnce() throws Exception {
        int limit = 5_000;
        Set<String> admitted = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> work = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int from = thread * 1_500;
                work.add(
                        threads.submit(
                                () -> {
                                    for (int i = from; i < from + 3_000; i++) { // overlap by half
                                        if (gate.admit(ORDERS, "s" + i, limit)) {
                                            admitted.add("s" + i);
                                        }
                                    }
                                }));
            }
            for (Future<?> part : work) {
                part.get();
            }
        }

        assertThat(admitted).hasSize(limit);
        assertThat(gate.open(ORDERS)).isEqualTo(limit);
        assertThat(admitted).allMatch(series -> gate.admit(ORDERS, series, limit));
    }

    @Test
    void survivesDroppingWhileManyThreadsAsk() throws Exception {
        SeriesGate small = new SeriesGate(SMALLEST, time, 42);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> work = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int seed = thread;
                work.add(
                        threads.submit(
                                () -> {
                                    for (int i = 0; i < 50_000; i++) {
                                        StreamId stream = stream((seed + i) % 20);
                                        small.admit(stream, "s" + i % 3_000, 2_000);
                                        if (i % 5_000 == seed) {
                                            small.forget(stream);
                                        }
                                    }
                                }));
            }
            for (Future<?> part : work) {
                part.get();
            }
        }

        for (int i = 0; i < 20; i++) {
            small.forget(stream(i));
        }
        assertThat(small.bytes()).isZero();
        assertThat(small.dropped()).isPositive();
    }

    @Test
    void makesNoGarbageForSeriesThatItKnows() {
        List<String> known = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            known.add("{\"host\":\"host-" + i + "\"}");
        }
        known.forEach(series -> gate.admit(ORDERS, series, 1_000));
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 1_000_000; i++) {
            gate.admit(ORDERS, known.get(i % 1_000), 1_000);
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(allocated).isLessThan(100_000); // the measurement's own, of a million calls
    }

    @Test
    void doesNotTakeABoundThatMakesNoSense() {
        assertThatThrownBy(() -> new SeriesGate(1_000))
                .hasMessage("maxBytes: 1000 (expected: 16384 to 2147483647)");
    }

    private static void admit(SeriesGate gate, StreamId stream, int from, int to, long limit) {
        for (int i = from; i < to; i++) {
            assertThat(gate.admit(stream, "s" + i, limit)).isTrue();
        }
    }

    private static StreamId stream(int i) {
        return new StreamId(new UUID(7, i));
    }
}
