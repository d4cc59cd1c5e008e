package io.streamgauge.jobs.anomaly;

import static io.streamgauge.jobs.anomaly.DetectionHarness.SERIES;
import static io.streamgauge.jobs.anomaly.DetectionHarness.WINDOW;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.detection.DetectionStatus;
import io.streamgauge.contracts.detection.DetectionStatus.Observed;
import io.streamgauge.contracts.detection.DetectionStatus.State;
import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Whatever series are like, the job goes on and the stream's status says so. */
class SeriesStatusTest {

    private static final SeriesKey OTHER =
            new SeriesKey(SERIES.tenant(), SERIES.stream(), "{\"host\":\"b\"}");

    @Test
    void aSeriesOfThreePointsIsSaidToBeLearning() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 3);

            assertThat(observed(harness)).isEqualTo(new Observed(1, 0, 0, 0, 0));
            assertThat(last(harness).state()).isEqualTo(State.NO_MODEL);
            assertThat(range(harness).phase()).isEqualTo("learning");
        }
    }

    @Test
    void aSeriesThatNeverVariesIsSaidToBeConstantUntilItDoes() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            for (int number = 0; number < 100; number++) {
                harness.point(number, 7);
            }
            assertThat(observed(harness)).isEqualTo(new Observed(0, 0, 1, 0, 0));
            assertThat(range(harness).phase()).isEqualTo("constant");
            assertThat(harness.anomalies()).isEmpty();

            harness.point(100, 8);

            assertThat(observed(harness)).isEqualTo(new Observed(0, 1, 0, 0, 0));
            assertThat(range(harness).score()).isGreaterThan(0.2); // as rare as the past can tell
        }
    }

    @Test
    void valuesThatAreNoNumbersAreCountedAndNotLearned() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start();
                DetectionHarness without = DetectionHarness.start()) {
            for (DetectionHarness each : List.of(harness, without)) {
                each.usual(0, 100);
            }
            harness.point(100, Double.NaN);
            harness.point(101, Double.POSITIVE_INFINITY);
            assertThat(observed(harness)).isEqualTo(new Observed(0, 1, 0, 2, 0));
            assertThat(range(harness).phase()).isEqualTo("invalid_value");

            for (DetectionHarness each : List.of(harness, without)) {
                each.usual(102, 110);
            }

            assertThat(range(harness)).isEqualTo(range(without));
            assertThat(range(harness).phase()).isEqualTo("active");
            assertThat(harness.anomalies()).isEmpty();
        }
    }

    @Test
    void ofASeriesWithNothingButSuchValuesItIsSaid() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            for (int number = 0; number < 50; number++) {
                harness.point(number, Double.NaN);
            }

            assertThat(observed(harness)).isEqualTo(new Observed(1, 0, 0, 50, 0));
        }
    }

    @Test
    void aGapIsToldOfAndTheSeriesStaysWhatItWas() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 1_000);
            for (long number = 1_000; number < 1_500; number++) {
                harness.clock(number);
            }
            harness.usual(1_500, 1_600);

            assertThat(harness.anomalies()).extracting(Anomaly::kind).containsOnlyOnce("missing");
            assertThat(observed(harness)).isEqualTo(new Observed(0, 1, 0, 0, 0));
            assertThat(harness.bands()).hasSize(1_100);
        }
    }

    @Test
    void windowsAfterAClockThatJumpedAreCountedAndThenScoredAgain() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 100);
            harness.point(106, 10); // of a clock that is a minute ahead
            harness.usual(100, 107); // and is set right
            assertThat(observed(harness)).isEqualTo(new Observed(0, 1, 0, 0, 7));
            assertThat(harness.bands()).hasSize(101);

            harness.usual(107, 120);

            assertThat(harness.bands()).hasSize(114);
            assertThat(range(harness).phase()).isEqualTo("active");
        }
    }

    @Test
    void theGreatestNumbersAreJudgedAndBlindNothing() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 300);
            harness.point(300, 1e308);
            harness.point(301, -Double.MAX_VALUE);
            harness.usual(302, 500);
            harness.point(500, 1_000);

            assertThat(observed(harness)).isEqualTo(new Observed(0, 1, 0, 0, 0));
            assertThat(harness.anomalies())
                    .filteredOn(Anomaly::begins)
                    .extracting(it -> it.start().toEpochMilli() - DetectionHarness.ORIGIN)
                    .contains(300 * WINDOW, 500 * WINDOW);
            assertThat(harness.bands())
                    .allSatisfy(
                            band -> {
                                Band.Range range = requireNonNull(band.measures().get("m"));
                                assertThat(
                                                List.of(
                                                        range.expected(),
                                                        range.lower(),
                                                        range.upper(),
                                                        range.score()))
                                        .allMatch(Double::isFinite);
                            });
        }
    }

    @Test
    void everyMeasureOfEverySeriesCountsOnce() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            for (int number = 0; number < 60; number++) {
                double usual = DetectionHarness.usual(number);
                harness.point(SERIES, number, Map.of("m", usual, "n", 3.0));
                if (number > 50) {
                    harness.point(OTHER, number, Map.of("m", usual));
                }
            }

            assertThat(observed(harness)).isEqualTo(new Observed(1, 1, 1, 0, 0));
        }
    }

    @Test
    void aSeriesWhoseWindowsHaveAnotherSizeIsLearnedAnewAndCountsOnce() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 100);
            harness.window(2 * WINDOW);
            harness.usual(50, 60);

            assertThat(observed(harness)).isEqualTo(new Observed(1, 0, 0, 0, 0));
        }
    }

    @Test
    void aTaskThatStartsAgainCountsWhatItSeesThen() throws Exception {
        OperatorSubtaskState checkpoint;
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 100);
            harness.point(OTHER, 99, 1);
            assertThat(observed(harness)).isEqualTo(new Observed(1, 1, 0, 0, 0));
            checkpoint = harness.snapshot();
        }
        try (DetectionHarness harness = DetectionHarness.at(100 * WINDOW, checkpoint)) {
            harness.usual(100, 110);

            assertThat(observed(harness)).isEqualTo(new Observed(0, 1, 0, 0, 0));
        }
    }

    @Test
    void aSeriesThatIsForgottenCountsNoMore() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 100);
            harness.point(OTHER, 99, 1);
            long forgotten = 100 + SilenceWatch.FORGOTTEN_AFTER_MILLIS / WINDOW;
            harness.usual(forgotten - 1, forgotten);
            for (int i = 0; i < 3; i++) {
                harness.clock(forgotten + i);
            }

            assertThat(observed(harness)).isEqualTo(new Observed(0, 1, 0, 0, 0));
        }
    }

    /** What is said when something happens after a while. */
    private static Observed observed(DetectionHarness harness) throws Exception {
        harness.pass(Duration.ofMillis(DetectionStatuses.INTERVAL_MILLIS));
        harness.tick();
        return last(harness).observed();
    }

    private static DetectionStatus last(DetectionHarness harness) throws Exception {
        return harness.statuses().stream()
                .flatMap(Optional::stream)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    private static Band.Range range(DetectionHarness harness) {
        return requireNonNull(harness.bands().getLast().measures().get("m"));
    }
}
