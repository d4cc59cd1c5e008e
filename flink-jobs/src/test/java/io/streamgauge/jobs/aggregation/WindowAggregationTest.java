package io.streamgauge.jobs.aggregation;

import static io.streamgauge.jobs.aggregation.WindowHarness.SERIES;
import static java.time.Duration.ZERO;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.List;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

class WindowAggregationTest {

    private static final StreamDefinition PLAIN =
            WindowHarness.stream(ofMillis(200), ofSeconds(5), false, ofSeconds(1));

    @Test
    void reportsAWindowOnceItsEndAndTheOutOfOrdernessHavePassed() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.event(PLAIN, 900, 1100, 2); // after the end, but within the out-of-orderness
            harness.clock(1199);
            assertThat(harness.summaries()).isEmpty();

            harness.clock(1200);

            assertThat(harness.summaries()).containsExactly("on-time PT1S+0 r0 n=2 sum=3.0");
        }
    }

    @Test
    void countsAnEventInAWindowOfEachSize() throws Exception {
        StreamDefinition spec =
                WindowHarness.stream(ZERO, ZERO, false, ofSeconds(1), ofSeconds(10), ofMinutes(1));
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(spec, 11_500, 11_500, 1);
            harness.event(spec, 12_500, 12_500, 2);
            harness.clock(60_000);

            assertThat(harness.summaries())
                    .containsExactlyInAnyOrder(
                            "on-time PT1S+11000 r0 n=1 sum=1.0",
                            "on-time PT1S+12000 r0 n=1 sum=2.0",
                            "on-time PT10S+10000 r0 n=2 sum=3.0",
                            "on-time PT1M+0 r0 n=2 sum=3.0");
        }
    }

    @Test
    void correctsAWindowByLateEventsOnceForEachInterval() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.clock(1_500);
            harness.event(PLAIN, 200, 1_500, 10);
            harness.event(PLAIN, 300, 1_700, 100);
            harness.clock(2_000);
            harness.event(PLAIN, 400, 2_100, 1_000);
            harness.clock(3_000);

            assertThat(harness.summaries())
                    .containsExactly(
                            "on-time PT1S+0 r0 n=1 sum=1.0",
                            "late PT1S+0 r1 n=3 sum=111.0",
                            "late PT1S+0 r2 n=4 sum=1111.0");
        }
    }

    @Test
    void judgesAnEventByItsOwnArrivalWhereTheWatermarkLagsBehind() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.event(PLAIN, 200, 1_200, 10); // due at 1200 by its stamp; no watermark yet

            assertThat(harness.summaries()).containsExactly("on-time PT1S+0 r0 n=1 sum=1.0");
            harness.clock(2_000);
            assertThat(harness.summaries()).containsExactly("late PT1S+0 r1 n=2 sum=11.0");
        }
    }

    @Test
    void reportsAWindowWithLateEventsOnlyAsACorrectionOfNothing() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.clock(3_000);
            harness.event(PLAIN, 100, 3_100, 1);
            harness.clock(4_000);

            assertThat(harness.summaries()).containsExactly("late PT1S+0 r0 n=1 sum=1.0");
        }
    }

    @Test
    void reportsThePendingCorrectionWhenAWindowCloses() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.clock(6_100);
            harness.event(PLAIN, 100, 6_150, 2); // closes at 6200
            harness.clock(6_200);

            assertThat(harness.summaries())
                    .containsExactly("on-time PT1S+0 r0 n=1 sum=1.0", "late PT1S+0 r1 n=2 sum=3.0");
        }
    }

    @Test
    void rejectsAnEventAfterTheAllowedLateness() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 6_199, 1);
            harness.event(PLAIN, 100, 6_200, 7);
            harness.clock(10_000);

            assertThat(harness.summaries()).containsExactly("late PT1S+0 r0 n=1 sum=1.0");
            assertThat(harness.rejections())
                    .singleElement()
                    .satisfies(
                            rejected -> {
                                assertThat(rejected.reason()).isEqualTo(RejectionReason.LATE);
                                assertThat(rejected.tenant()).isEqualTo("acme");
                                assertThat(rejected.stream()).isEqualTo(SERIES.stream().toString());
                                assertThat(rejected.event()).isEqualTo("7.0");
                                assertThat(rejected.offset()).isEqualTo(1);
                            });
        }
    }

    @Test
    void countsAnEventInTheLargeWindowThatIsStillOpenThoughTheSmallOneHasClosed() throws Exception {
        StreamDefinition spec = WindowHarness.stream(ZERO, ZERO, false, ofSeconds(1), ofMinutes(1));
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(spec, 100, 30_000, 1);
            harness.clock(60_000);

            assertThat(harness.summaries()).containsExactly("on-time PT1M+0 r0 n=1 sum=1.0");
            assertThat(harness.rejections()).isEmpty();
        }
    }

    @Test
    void leavesNoStateAndNoTimerBehind() throws Exception {
        StreamDefinition spec =
                WindowHarness.stream(
                        ofMillis(200), ofSeconds(5), true, ofSeconds(1), ofSeconds(10));
        try (WindowHarness harness = WindowHarness.start()) {
            for (long i = 0; i < 50; i++) {
                harness.wallClock(i * 100);
                harness.event(spec, i * 100, i * 100, 1);
                harness.event(spec, Math.max(0, i * 100 - 3_000), i * 100, 1);
            }
            harness.wallClock(20_000);
            harness.clock(15_200); // the last window, 0 to 10 s, closes at 10 + 0.2 + 5 s

            assertThat(harness.keyedStateEntries()).isZero();
            assertThat(harness.timers()).isZero();
        }
    }

    @Test
    void keepsTheDueTimeThatAWindowBeganWithWhenTheDefinitionChanges() throws Exception {
        StreamDefinition slower =
                WindowHarness.stream(
                        ofSeconds(2), ofSeconds(5), false, ofSeconds(1), ofSeconds(10));
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.event(slower, 200, 210, 2); // after the change, into the window begun before it
            harness.clock(1_200);

            assertThat(harness.summaries()).containsExactly("on-time PT1S+0 r0 n=2 sum=3.0");
            harness.clock(12_000);
            assertThat(harness.summaries()).containsExactly("on-time PT10S+0 r0 n=1 sum=2.0");
        }
    }

    @Test
    void doesNotBeginAClosedWindowAnewWhereAChangeAllowsMoreLateness() throws Exception {
        StreamDefinition longer =
                WindowHarness.changed(
                        WindowHarness.stream(ofMillis(200), ofMinutes(1), false, ofSeconds(1)),
                        10_000);
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.clock(10_000); // closed at 6200, with a result
            harness.event(longer, 200, 12_000, 2);
            harness.event(longer, 11_000, 12_100, 3);
            harness.clock(13_000);

            assertThat(harness.summaries())
                    .containsExactly(
                            "on-time PT1S+0 r0 n=1 sum=1.0", "on-time PT1S+11000 r0 n=1 sum=3.0");
            assertThat(harness.rejections()).hasSize(1);
        }
    }

    @Test
    void completesTheWindowsOfASizeThatTheDefinitionDropped() throws Exception {
        StreamDefinition before =
                WindowHarness.stream(ZERO, ZERO, false, ofSeconds(1), ofSeconds(10));
        StreamDefinition after = WindowHarness.stream(ZERO, ZERO, false, ofSeconds(1));
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(before, 100, 110, 1);
            harness.event(after, 5_000, 5_000, 2);
            harness.clock(10_000);

            assertThat(harness.summaries()).contains("on-time PT10S+0 r0 n=1 sum=1.0");
        }
    }

    @Test
    void saysNothingOfADeletedStreamAndForgetsIt() throws Exception {
        SeriesKey other =
                new SeriesKey(SERIES.tenant(), new StreamId(new UUID(1, 1)), SERIES.dimensions());
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.event(other, PLAIN, 100, 110, 2);
            harness.deleteStream(SERIES.stream());
            harness.clock(10_000);

            assertThat(harness.summaries()).containsExactly("on-time PT1S+0 r0 n=1 sum=2.0");
            assertThat(harness.keyedStateEntries()).isZero();
        }
    }

    @Test
    void keepsTenantsApartThatUseTheSameDimensions() throws Exception {
        SeriesKey other =
                new SeriesKey(new TenantId("umbrella"), SERIES.stream(), SERIES.dimensions());
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.event(other, PLAIN, 100, 110, 2);
            harness.clock(1_200);

            assertThat(harness.results())
                    .extracting(aggregate -> aggregate.series().tenant() + " " + aggregate.count())
                    .containsExactlyInAnyOrder("acme 1", "umbrella 1");
        }
    }

    @Test
    void reportsAnOpenWindowShortlyAndThenAtMostOnceForEachInterval() throws Exception {
        StreamDefinition spec = WindowHarness.stream(ZERO, ZERO, true, ofSeconds(1));
        try (WindowHarness harness = WindowHarness.start()) {
            harness.wallClock(100);
            harness.event(spec, 100, 100, 1);
            harness.event(spec, 101, 101, 2); // of the same batch
            assertThat(harness.summaries()).isEmpty();
            harness.wallClock(105);
            assertThat(harness.summaries()).containsExactly("early PT1S+0 r0 n=2 sum=3.0");

            harness.wallClock(110);
            harness.event(spec, 110, 110, 10);
            harness.event(spec, 111, 111, 100);
            harness.wallClock(154);
            assertThat(harness.summaries()).isEmpty();

            harness.wallClock(155);
            assertThat(harness.summaries()).containsExactly("early PT1S+0 r0 n=4 sum=113.0");

            harness.wallClock(1_000);
            assertThat(harness.summaries()).isEmpty();
            harness.clock(1_000);
            assertThat(harness.summaries()).containsExactly("on-time PT1S+0 r0 n=4 sum=113.0");
        }
    }

    @Test
    void givesNoEarlyResultsOfEventsThatItIsCatchingUpOn() throws Exception {
        StreamDefinition spec = WindowHarness.stream(ZERO, ZERO, true, ofSeconds(1));
        try (WindowHarness harness = WindowHarness.start()) {
            harness.wallClock(60_000);
            harness.event(spec, 100, 100, 1);
            harness.clock(1_000);

            assertThat(harness.results()).noneMatch(WindowHarness::isEarly).hasSize(1);
        }
    }

    @Test
    void closesTheWindowsOfAStreamWithManySeriesInSlicesAndCountsAsIfAllHadClosedInTime()
            throws Exception {
        StreamDefinition minutes = WindowHarness.stream(ZERO, ofSeconds(10), false, ofMinutes(1));
        int series = 5_000;
        try (WindowHarness harness = WindowHarness.start()) {
            for (int i = 0; i < series; i++) {
                harness.event(host(i), minutes, 1_000, 1_000, 1);
            }
            int told = 0;
            for (long clock = 60_000; clock < 61_000; clock += 50) {
                harness.clock(clock);
                int slice = harness.results().size();
                assertThat(slice).isLessThan(series / 4);
                told += slice;
            }
            harness.event(host(series - 1), minutes, 1_000, 60_050, 10);
            harness.clock(65_000);
            told += (int) harness.results().stream().filter(r -> r.revision() == 0).count();
            assertThat(told).isEqualTo(series);

            harness.clock(70_000 + 3_000);

            assertThat(harness.keyedStateEntries()).isZero();
        }
    }

    @Test
    void correctsAWindowThatIsDueThoughItsSliceHasNotComeYet() throws Exception {
        StreamDefinition minutes = WindowHarness.stream(ZERO, ofSeconds(10), false, ofMinutes(1));
        try (WindowHarness harness = WindowHarness.start()) {
            SeriesKey last = null;
            long slice = 0;
            for (int i = 0; i < 2_000; i++) {
                harness.event(host(i), minutes, 1_000, 1_000, 1);
                long its = WindowTimers.spread(host(i).toString(), 60_000, i + 1);
                if (its > slice) {
                    slice = its;
                    last = host(i);
                }
            }
            harness.clock(60_000);
            List<Aggregate> before = harness.results();

            harness.event(requireNonNull(last), minutes, 1_000, 60_001, 10);

            assertThat(before).extracting(Aggregate::series).doesNotContain(last);
            assertThat(harness.summaries()).containsExactly("on-time PT1M+0 r0 n=1 sum=1.0");
            harness.clock(61_000);
            assertThat(harness.results())
                    .filteredOn(Aggregate::series, last)
                    .extracting(WindowHarness::summary)
                    .containsExactly("late PT1M+0 r1 n=2 sum=11.0");
        }
    }

    private static SeriesKey host(int i) {
        return new SeriesKey(SERIES.tenant(), SERIES.stream(), "{\"host\":\"h%d\"}".formatted(i));
    }

    @Test
    void goesOnFromASnapshotAsIfNothingHadHappened() throws Exception {
        StreamDefinition spec =
                WindowHarness.stream(
                        ofMillis(200), ofSeconds(5), false, ofSeconds(1), ofSeconds(10));
        OperatorSubtaskState snapshot;
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(spec, 100, 110, 1);
            harness.clock(1_500);
            harness.event(spec, 1_600, 1_700, 2);
            harness.event(spec, 200, 1_700, 3); // a correction that is pending
            snapshot = harness.snapshot();
        }
        try (WindowHarness harness = WindowHarness.restore(snapshot)) {
            harness.event(spec, 1_700, 1_800, 4);
            harness.clock(20_000);

            assertThat(harness.summaries())
                    .containsExactlyInAnyOrder(
                            "late PT1S+0 r1 n=2 sum=4.0",
                            "on-time PT1S+1000 r0 n=2 sum=6.0",
                            "on-time PT10S+0 r0 n=4 sum=10.0");
            assertThat(harness.keyedStateEntries()).isZero();
        }
    }

    @Test
    void remembersOverASnapshotThatAStreamWasDeleted() throws Exception {
        OperatorSubtaskState snapshot;
        try (WindowHarness harness = WindowHarness.start()) {
            harness.event(PLAIN, 100, 110, 1);
            harness.deleteStream(SERIES.stream());
            snapshot = harness.snapshot();
        }
        try (WindowHarness harness = WindowHarness.restore(snapshot)) {
            harness.clock(10_000);

            assertThat(harness.results()).isEmpty();
            assertThat(harness.keyedStateEntries()).isZero();
        }
    }
}
