package io.streamgauge.jobs.anomaly;

import static io.streamgauge.jobs.anomaly.DetectionHarness.ORIGIN;
import static io.streamgauge.jobs.anomaly.DetectionHarness.SERIES;
import static io.streamgauge.jobs.anomaly.DetectionHarness.WINDOW;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

class AnomalyDetectionTest {

    private static final long HOUR = Duration.ofHours(1).toMillis() / WINDOW;

    @Test
    void tellsOfASpikeWithItsKindAndWhatWasExpected() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 300);
            harness.point(300, 1_000);

            assertThat(harness.anomalies())
                    .filteredOn(it -> it.start().equals(start(300)))
                    .singleElement()
                    .satisfies(
                            spike -> {
                                assertThat(spike.series()).isEqualTo(SERIES);
                                assertThat(spike.measure()).isEqualTo("m");
                                assertThat(spike.kind()).isEqualTo("spike");
                                assertThat(spike.begins()).isTrue();
                                assertThat(spike.score()).isBetween(0.5, 1.0);
                                assertThat(spike.value()).hasValue(1_000);
                                assertThat(spike.expected()).isBetween(9.0, 12.0);
                                assertThat(spike.contributions()).isNotEmpty();
                            });
        }
    }

    @Test
    void tellsOfEveryWindowWhatWasExpected() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 100);

            assertThat(harness.bands()).hasSize(100);
            Band.Range first = range(harness.bands().getFirst());
            Band.Range last = range(harness.bands().getLast());
            assertThat(first.phase()).isEqualTo("learning");
            assertThat(last.phase()).isEqualTo("active");
            assertThat(last.value()).isBetween(last.lower(), last.upper());
        }
    }

    @Test
    void passesOverWhatComesAgainOrLate() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 50);
            harness.usual(20, 50);

            assertThat(harness.bands()).hasSize(50);
        }
    }

    @Test
    void tellsTheSameUnderTheSameIdsAfterAFailure() throws Exception {
        OperatorSubtaskState checkpoint;
        List<Anomaly> before;
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 200);
            checkpoint = harness.snapshot();
            spikes(harness);
            before = harness.anomalies();
        }
        try (DetectionHarness harness = DetectionHarness.at(210 * WINDOW, checkpoint)) {
            harness.usual(190, 200);
            spikes(harness);

            assertThat(harness.anomalies()).isNotEmpty();
            assertThat(before).endsWith(harness.anomalies().toArray(Anomaly[]::new));
        }
    }

    private static void spikes(DetectionHarness harness) throws Exception {
        harness.point(200, 500);
        harness.usual(201, 205);
        harness.point(205, -900);
    }

    @Test
    void tellsOnceThatASeriesIsMissing() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, HOUR);
            harness.clock(HOUR + 3);
            assertThat(missing(harness)).isEmpty();

            for (long number = HOUR + 4; number < 5 * HOUR; number++) {
                harness.clock(number);
            }

            assertThat(missing(harness))
                    .singleElement()
                    .satisfies(
                            gap -> {
                                assertThat(gap.start()).isEqualTo(start(HOUR));
                                assertThat(gap.value()).isEmpty();
                            });
        }
    }

    @Test
    void noticesTheNextGapToo() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, HOUR);
            harness.clock(2 * HOUR);
            harness.usual(2 * HOUR, 6 * HOUR);
            harness.clock(24 * HOUR);

            assertThat(missing(harness))
                    .extracting(Anomaly::start)
                    .containsExactly(start(HOUR), start(6 * HOUR));
        }
    }

    @Test
    void takesNothingForMissingUntilSeriesHaveHadTheTimeToCome() throws Exception {
        OperatorSubtaskState checkpoint;
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, HOUR);
            checkpoint = harness.snapshot();
        }
        long restart = 3 * HOUR;
        try (DetectionHarness harness = DetectionHarness.at(restart * WINDOW, checkpoint)) {
            harness.clock(restart); // whatever the log has is not read yet
            harness.usual(restart, restart + 1);
            harness.clock(restart + 3);

            assertThat(missing(harness)).isEmpty();
        }
    }

    @Test
    void doesNotTellOfTheLongPastThatItLearnsFrom() throws Exception {
        try (DetectionHarness harness = DetectionHarness.at(3 * HOUR * WINDOW, null)) {
            harness.usual(0, 300);
            harness.point(300, 1_000);
            harness.usual(301, 3 * HOUR);
            harness.point(3 * HOUR, 1_000);

            assertThat(harness.anomalies())
                    .extracting(Anomaly::start)
                    .isNotEmpty()
                    .allMatch(it -> !it.isBefore(start(2 * HOUR)));
        }
    }

    @Test
    void aDeletedStreamLeavesNoState() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 50);
            assertThat(harness.keyedStateEntries()).isPositive();

            harness.deleteStream(SERIES.stream());
            harness.point(50, 1); // was under way
            harness.clock(HOUR);

            assertThat(harness.keyedStateEntries()).isZero();
            assertThat(harness.timers()).isZero();
            assertThat(harness.bands()).hasSize(50);
        }
    }

    @Test
    void aSeriesThatIsNoMoreIsForgotten() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 50);

            harness.clock(24 * 15 * HOUR);

            assertThat(harness.keyedStateEntries()).isZero();
            assertThat(harness.timers()).isZero();
        }
    }

    @Test
    void scoresNoMoreSeriesThanTheTenantMayHave() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.seriesLimit(2);
            for (String host : List.of("a", "b", "c", "a")) {
                harness.point(series(host), harness.bands().size(), 1);
            }

            assertThat(harness.bands())
                    .extracting(band -> band.series().dimensions())
                    .containsExactly("{\"host\":\"a\"}", "{\"host\":\"b\"}", "{\"host\":\"a\"}");

            harness.clock(24 * 15 * HOUR);
            harness.point(series("c"), 24 * 15 * HOUR, 1);
            assertThat(harness.bands()).hasSize(4);
        }
    }

    @Test
    void aDamagedDetectorBeginsAnewAndHarmsNothingElse() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.usual(0, 50);
            harness.damage(SERIES, "m");
            harness.usual(50, 150);

            assertThat(harness.bands()).hasSize(150);
            assertThat(range(harness.bands().get(50)).phase()).isEqualTo("learning");
            assertThat(range(harness.bands().getLast()).phase()).isEqualTo("active");
        }
    }

    @Test
    void whateverTheValuesAreItGoesOn() throws Exception {
        double[] absurd = {
            Double.NaN, Double.POSITIVE_INFINITY, 1e308, -1e308, 0, -0.0, Double.MIN_VALUE
        };
        try (DetectionHarness harness = DetectionHarness.start()) {
            for (int number = 0; number < 400; number++) {
                boolean strange = number % 11 == 0;
                harness.point(number, strange ? absurd[number % absurd.length] : 1);
            }

            assertThat(harness.bands()).hasSize(400);
        }
    }

    private static Band.Range range(Band band) {
        return requireNonNull(band.measures().get("m"));
    }

    private static List<Anomaly> missing(DetectionHarness harness) {
        return harness.anomalies().stream()
                .filter(it -> it.kind().equals(Anomaly.MISSING))
                .toList();
    }

    private static SeriesKey series(String host) {
        return new SeriesKey(SERIES.tenant(), SERIES.stream(), "{\"host\":\"" + host + "\"}");
    }

    private static Instant start(long number) {
        return Instant.ofEpochMilli(ORIGIN + number * WINDOW);
    }
}
