package io.streamgauge.jobs.aggregation;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The operator against a plain set of open windows. */
class SeriesLimitPropertyTest {

    private static final long OUT_OF_ORDERNESS = 300;
    private static final long LATENESS = 2_000;
    private static final List<Duration> SIZES = List.of(ofSeconds(1), ofSeconds(3), ofSeconds(10));
    private static final StreamDefinition STREAM =
            WindowHarness.stream(
                    ofMillis(OUT_OF_ORDERNESS),
                    ofMillis(LATENESS),
                    false,
                    SIZES.toArray(Duration[]::new));

    @Property(tries = 20)
    void opensASeriesWhereFewerThanTheLimitHaveAWindow(
            @ForAll Random random, @ForAll @IntRange(min = 0, max = 8) int limit) throws Exception {
        Model model = new Model(limit);
        WindowHarness harness = WindowHarness.start();
        try {
            long now = 100_000;
            for (int i = 0; i < 300; i++) {
                now += random.nextInt(10) == 0 ? random.nextInt(3_000) : random.nextInt(50);
                long timestamp = now - random.nextInt(random.nextInt(4) == 0 ? 8_000 : 400);
                int series = random.nextInt(12);
                harness.seriesLimit(limit);

                harness.clock(now);
                model.clock(now);
                harness.event(key(series), STREAM, timestamp, now, 1);

                List<RejectionReason> reasons =
                        harness.rejections().stream().map(rejected -> rejected.reason()).toList();
                switch (model.event(series, timestamp, now)) {
                    case COUNTED -> assertThat(reasons).isEmpty();
                    case LATE -> assertThat(reasons).containsExactly(RejectionReason.LATE);
                    case BEYOND_LIMIT -> // or throttled
                            assertThat(reasons)
                                    .isSubsetOf(RejectionReason.SERIES_LIMIT)
                                    .hasSizeLessThan(2);
                }
                if (random.nextInt(60) == 0) {
                    var snapshot = harness.snapshot();
                    harness.close();
                    harness = WindowHarness.restore(snapshot);
                }
            }
            harness.clock(1_000_000);
            assertThat(harness.keyedStateEntries()).isZero();
        } finally {
            harness.close();
        }
    }

    private static SeriesKey key(int series) {
        return new SeriesKey(STREAM.tenant(), STREAM.id(), "{\"host\":\"h%d\"}".formatted(series));
    }

    private enum Fate {
        COUNTED,
        LATE,
        BEYOND_LIMIT
    }

    private static final class Model {

        private final int limit;
        private final Map<Integer, Set<Long>> open = new HashMap<>();

        Model(int limit) {
            this.limit = limit;
        }

        void clock(long now) {
            open.values().forEach(windows -> windows.removeIf(window -> closesAt(window) <= now));
            open.values().removeIf(Set::isEmpty);
        }

        Fate event(int series, long timestamp, long now) {
            Fate fate = Fate.LATE;
            for (Duration size : SIZES) {
                long window = WindowId.of(timestamp, size.toMillis());
                if (closesAt(window) <= now) {
                    continue;
                }
                if (!open.containsKey(series) && open.size() >= limit) {
                    return Fate.BEYOND_LIMIT;
                }
                open.computeIfAbsent(series, key -> new HashSet<>()).add(window);
                fate = Fate.COUNTED;
            }
            return fate;
        }

        private static long closesAt(long window) {
            return WindowId.end(window) + OUT_OF_ORDERNESS + LATENESS;
        }
    }
}
