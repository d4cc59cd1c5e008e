package io.streamgauge.jobs.aggregation;

import static java.time.Duration.ZERO;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.Test;

/** The window operator where a stream has more series than it may. */
class SeriesLimitTest {

    private static final int KEY_GROUPS = 128;
    private static final StreamDefinition STREAM =
            WindowHarness.stream(ZERO, ofSeconds(5), false, ofSeconds(1));

    @Test
    void cutsOffTheEleventhSeriesOfTen() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(10);
            open(harness, 0, 11, 100);

            assertThat(harness.rejections())
                    .extracting(
                            RejectedEvent::tenant,
                            RejectedEvent::stream,
                            RejectedEvent::reason,
                            RejectedEvent::detail,
                            RejectedEvent::offset)
                    .containsExactly(
                            tuple(
                                    "acme",
                                    STREAM.id().toString(),
                                    RejectionReason.SERIES_LIMIT,
                                    "quota series-per-stream: one series more than the stream may"
                                            + " have (expected: at most 10 at once)",
                                    10L));
            harness.clock(1_000);
            assertThat(harness.results()).hasSize(10);
        }
    }

    @Test
    void goesOnWithTheSeriesThatAreOpen() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(10);
            open(harness, 0, 10, 100);
            harness.clock(1_000);
            harness.results();

            open(harness, 0, 20, 1_100); // in their next window
            harness.clock(2_000);

            assertThat(harness.results())
                    .extracting(aggregate -> aggregate.series().dimensions())
                    .containsExactlyInAnyOrderElementsOf(
                            series(0, 10).stream().map(SeriesKey::dimensions).toList());
            assertThat(harness.rejections()).hasSize(10);
        }
    }

    @Test
    void hasRoomAgainOnceWindowsHaveClosed() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(10);
            open(harness, 0, 10, 100); // close at 6000
            harness.clock(5_999);
            open(harness, 10, 11, 5_999);
            assertThat(harness.rejections()).hasSize(1);

            harness.clock(6_000);
            open(harness, 10, 21, 6_000);

            assertThat(harness.rejections()).hasSize(1);
            harness.clock(20_000);
            assertThat(harness.keyedStateEntries()).isZero();
        }
    }

    @Test
    void countsASeriesOnceHoweverManyWindowsItHasOpen() throws Exception {
        StreamDefinition stream =
                WindowHarness.stream(ZERO, ZERO, false, ofSeconds(1), ofSeconds(10), ofMinutes(1));
        SeriesKey one = series(0);
        SeriesKey other = series(1);
        SeriesKey third = series(2);
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(2);
            harness.event(one, stream, 100, 100, 1);
            harness.event(other, stream, 100, 100, 1);
            harness.clock(30_000); // their windows of a minute are open
            harness.event(third, stream, 30_000, 30_000, 1);
            assertThat(harness.rejections()).hasSize(1);
            harness.event(one, stream, 30_000, 30_000, 1);
            assertThat(harness.rejections()).isEmpty();

            harness.clock(60_000);
            harness.event(third, stream, 60_000, 60_000, 1);
            harness.event(one, stream, 60_000, 60_000, 1);
            harness.event(other, stream, 60_000, 60_000, 1);
            assertThat(harness.rejections()).hasSize(1);
            harness.clock(1_000_000);
            assertThat(harness.keyedStateEntries()).isZero();
        }
    }

    @Test
    void countsTheStreamsOfTenantsApartThatHaveTheSameId() throws Exception {
        SeriesKey umbrellas =
                new SeriesKey(new TenantId("umbrella"), STREAM.id(), "{\"host\":\"a\"}");
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(10);
            open(harness, 0, 15, 100);
            harness.rejections();

            harness.event(umbrellas, STREAM, 100, 100, 1);

            assertThat(harness.rejections()).isEmpty();
        }
    }

    @Test
    void followsTheLimitThatAnEventBrings() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(10);
            open(harness, 0, 11, 100);
            assertThat(harness.rejections()).hasSize(1);
            harness.seriesLimit(12);
            open(harness, 10, 13, 100);
            assertThat(harness.rejections()).hasSize(1);

            harness.seriesLimit(3); // fewer than there are: these go on, none is added
            open(harness, 0, 12, 200);
            assertThat(harness.rejections()).isEmpty();
            open(harness, 12, 13, 200);
            assertThat(harness.rejections()).hasSize(1);
        }
    }

    @Test
    void takesNothingWhereTheLimitIsZero() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(0);
            open(harness, 0, 5, 100);

            assertThat(harness.rejections()).hasSize(5);
            assertThat(harness.keyedStateEntries()).isZero();
            assertThat(harness.timers()).isZero();
        }
    }

    @Test
    void saysOfALateEventThatItIsLate() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(10);
            harness.clock(10_000);
            open(harness, 0, 10, 10_000);

            harness.event(series(11), STREAM, 100, 10_000, 1);

            assertThat(harness.rejections())
                    .extracting(RejectedEvent::reason)
                    .containsExactly(RejectionReason.LATE);
        }
    }

    @Test
    void tellsOfTenRejectionsInASecondAndOfTheOthersInNumbers() throws Exception {
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(1);
            open(harness, 0, 1_001, 100);
            assertThat(harness.rejections()).hasSize(10);

            open(harness, 1_001, 1_003, 1_000);

            assertThat(harness.rejections())
                    .extracting(RejectedEvent::detail)
                    .satisfiesExactly(
                            first ->
                                    assertThat(first)
                                            .endsWith(
                                                    "; 990 such events before this one are not"
                                                            + " listed"),
                            second -> assertThat(second).endsWith("at once)"));
        }
    }

    @Test
    void keepsItsCountOverARestart() throws Exception {
        OperatorSubtaskState snapshot;
        try (WindowHarness harness = WindowHarness.start()) {
            harness.seriesLimit(10);
            open(harness, 0, 8, 100);
            snapshot = harness.snapshot();
        }
        try (WindowHarness harness = WindowHarness.restore(snapshot)) {
            harness.seriesLimit(10);
            open(harness, 0, 11, 200);
            assertThat(harness.rejections()).hasSize(1);

            harness.clock(6_000);
            open(harness, 20, 31, 6_000);
            assertThat(harness.rejections()).hasSize(1);
            harness.clock(20_000);
            assertThat(harness.keyedStateEntries()).isZero();
        }
    }

    @Test
    void keepsItsCountsWhereTheParallelismChanges() throws Exception {
        List<OperatorSubtaskState> one = new ArrayList<>();
        try (WindowHarness harness = WindowHarness.task(null, KEY_GROUPS, 1, 0)) {
            open(harness, 0, 60, 100);
            one.add(harness.snapshot());
        }

        List<OperatorSubtaskState> three = rescale(one, 3);
        List<OperatorSubtaskState> two = rescale(three, 2);
        rescale(two, 1);
    }

    /** The state has three series, each with a window from 0 to 1 s that closes at 6 s. */
    @Test
    void goesOnFromStateOfAReleaseThatDidNotCountSeries() throws Exception {
        OperatorSubtaskState snapshot =
                OperatorSnapshotUtil.readStateHandle(
                        OperatorSnapshotUtil.getResourceFilename(
                                "state/windows-before-the-series-limit"));
        try (WindowHarness harness = WindowHarness.restore(snapshot)) {
            harness.seriesLimit(2);
            open(harness, 0, 3, 200); // in the windows that are open
            assertThat(harness.rejections()).isEmpty();
            open(harness, 0, 3, 1_100);
            assertThat(harness.rejections()).hasSize(1); // only what is new counts
            harness.clock(1_000);
            assertThat(harness.summaries())
                    .hasSize(3)
                    .containsOnly("on-time PT1S+0 r0 n=2 sum=2.0");

            harness.clock(20_000);
            assertThat(harness.keyedStateEntries()).isZero();
            open(harness, 0, 3, 20_000);
            assertThat(harness.rejections()).hasSize(1);
        }
    }

    /** Restores all tasks, checks that each counts its own series exactly, and snapshots them. */
    private static List<OperatorSubtaskState> rescale(
            List<OperatorSubtaskState> before, int parallelism) throws Exception {
        OperatorSubtaskState all =
                AbstractStreamOperatorTestHarness.repackageState(
                        before.toArray(OperatorSubtaskState[]::new));
        List<OperatorSubtaskState> snapshots = new ArrayList<>();
        for (int task = 0; task < parallelism; task++) {
            OperatorSubtaskState own =
                    AbstractStreamOperatorTestHarness.repartitionOperatorState(
                            all, KEY_GROUPS, before.size(), parallelism, task);
            List<SeriesKey> known = new ArrayList<>();
            List<SeriesKey> unknown = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                if (owner(series(i), parallelism) == task) {
                    (i < 60 ? known : unknown).add(series(i));
                }
            }
            try (WindowHarness harness = WindowHarness.task(own, KEY_GROUPS, parallelism, task)) {
                snapshots.add(harness.snapshot());
                // So small a limit is every task's share.
                harness.seriesLimit(known.size());
                harness.event(unknown.get(0), STREAM, 100, 100, 1);
                assertThat(harness.rejections()).hasSize(1);
                harness.event(known.getFirst(), STREAM, 100, 100, 1);
                harness.seriesLimit(known.size() + 1L);
                harness.event(unknown.get(0), STREAM, 100, 100, 1);
                assertThat(harness.rejections()).isEmpty();

                harness.clock(6_000); // all have closed
                harness.seriesLimit(1);
                harness.event(unknown.get(1), STREAM, 6_000, 6_000, 1);
                assertThat(harness.rejections()).isEmpty();
                harness.event(unknown.get(2), STREAM, 6_000, 6_000, 1);
                assertThat(harness.rejections()).hasSize(1);
            }
        }
        return snapshots;
    }

    private static int owner(SeriesKey series, int parallelism) {
        return KeyGroupRangeAssignment.assignKeyToParallelOperator(
                series.toString(), KEY_GROUPS, parallelism);
    }

    /** An event of each series from one to before another, at a time. */
    private static void open(WindowHarness harness, int from, int to, long time) throws Exception {
        for (SeriesKey series : series(from, to)) {
            harness.event(series, STREAM, time, time, 1);
        }
    }

    private static List<SeriesKey> series(int from, int to) {
        List<SeriesKey> series = new ArrayList<>();
        for (int i = from; i < to; i++) {
            series.add(series(i));
        }
        return series;
    }

    private static SeriesKey series(int i) {
        return new SeriesKey(STREAM.tenant(), STREAM.id(), "{\"host\":\"h%d\"}".formatted(i));
    }
}
