package io.streamgauge.jobs.anomaly;

import static io.streamgauge.jobs.anomaly.DetectionHarness.ORIGIN;
import static io.streamgauge.jobs.anomaly.DetectionHarness.SERIES;
import static io.streamgauge.jobs.anomaly.DetectionHarness.WINDOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.DetectionSettingsCodec;
import io.streamgauge.contracts.detection.DetectionStatus;
import io.streamgauge.contracts.detection.Exclusion;
import io.streamgauge.contracts.detection.SeriesScope;
import io.streamgauge.contracts.detection.SeriesSensitivity;
import io.streamgauge.detection.Sensitivity;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** What a tenant may say of the detection, in the operator. */
class DetectionSettingsTest {

    private static final long HOUR = Duration.ofHours(1).toMillis() / WINDOW;

    @Test
    void theDefaultIsTheMediumSensitivity() {
        assertThat(DetectionSettings.DEFAULT_THRESHOLD).isEqualTo(Sensitivity.MEDIUM.threshold());
    }

    @Test
    void theThresholdDecidesWhatIsTold() throws Exception {
        double score;
        try (DetectionHarness harness = DetectionHarness.start()) {
            spike(harness);
            score = scoreOfTheSpike(harness);
        }
        assertThat(toldOfTheSpikeFrom(Math.nextUp(score), List.of())).isFalse();
        assertThat(toldOfTheSpikeFrom(score, List.of())).isTrue();
    }

    @Test
    void anExceptionForTheSeriesHoldsBeforeTheStreams() throws Exception {
        SeriesScope host = SeriesScope.of(Map.of("host", "a"));
        SeriesScope other = SeriesScope.of(Map.of("host", "b"));

        assertThat(toldOfTheSpikeFrom(0.42, List.of(new SeriesSensitivity(host, 1)))).isFalse();
        assertThat(toldOfTheSpikeFrom(1, List.of(new SeriesSensitivity(host, 0.42)))).isTrue();
        assertThat(toldOfTheSpikeFrom(0.42, List.of(new SeriesSensitivity(other, 1)))).isTrue();
    }

    private static boolean toldOfTheSpikeFrom(double threshold, List<SeriesSensitivity> series)
            throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(settings(threshold, series, List.of()));
            spike(harness);
            return harness.anomalies().stream().anyMatch(it -> it.start().equals(start(300)));
        }
    }

    private static void spike(DetectionHarness harness) throws Exception {
        harness.usual(0, 300);
        harness.point(300, 13);
    }

    private static double scoreOfTheSpike(DetectionHarness harness) {
        double score = requireNonNull(harness.bands().getLast().measures().get("m")).score();
        assertThat(score).isBetween(0.42, 0.99);
        return score;
    }

    @Test
    void settingsThatAreWithdrawnLeaveTheDefault() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(settings(1, List.of(), List.of()));
            harness.update(new DefinitionUpdate(settingsKey(), null));
            spike(harness);

            assertThat(harness.anomalies()).isNotEmpty();
            assertThat(harness.statuses())
                    .extracting(it -> it.orElseThrow().threshold())
                    .containsExactly(1.0, 0.42);
        }
    }

    @Test
    void settingsThatCannotBeReadLeaveThoseBefore() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(settings(1, List.of(), List.of()));
            harness.update(
                    new DefinitionUpdate(settingsKey(), "{\"threshold\":7}".getBytes(UTF_8)));
            spike(harness);

            assertThat(harness.anomalies()).isEmpty();
            DetectionStatus status = harness.statuses().getLast().orElseThrow();
            assertThat(status.threshold()).isEqualTo(1);
            assertThat(status.reason().orElse("")).startsWith("settings: ");
        }
    }

    @Test
    void anExcludedTimeIsNeitherToldOfNorLearned() throws Exception {
        try (DetectionHarness excluded = DetectionHarness.start();
                DetectionHarness undisturbed = DetectionHarness.start()) {
            excluded.update(settings(0.42, List.of(), List.of(exclusion(300, 320, Map.of()))));
            for (DetectionHarness harness : List.of(excluded, undisturbed)) {
                harness.usual(0, 300);
            }
            for (long number = 300; number < 320; number++) {
                excluded.point(number, 1e6 * number);
            }
            for (DetectionHarness harness : List.of(excluded, undisturbed)) {
                harness.usual(320, 400);
            }

            assertThat(excluded.bands()).isEqualTo(undisturbed.bands());
            assertThat(excluded.anomalies()).isEqualTo(undisturbed.anomalies());
            assertThat(excluded.anomalies())
                    .noneMatch(
                            it ->
                                    !it.start().isBefore(start(300))
                                            && it.start().isBefore(start(320)));
        }
    }

    @Test
    void anExcludedTimeOfOtherSeriesChangesNothing() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(
                    settings(0.42, List.of(), List.of(exclusion(250, 350, Map.of("host", "b")))));
            spike(harness);

            assertThat(harness.bands()).hasSize(301);
            assertThat(harness.anomalies()).isNotEmpty();
        }
    }

    @Test
    void silenceInAnExcludedTimeIsNotMissingAndIsNotLearned() throws Exception {
        try (DetectionHarness excluded = DetectionHarness.start();
                DetectionHarness unbroken = DetectionHarness.start()) {
            excluded.update(
                    settings(0.42, List.of(), List.of(exclusion(HOUR, 2 * HOUR, Map.of()))));
            for (DetectionHarness harness : List.of(excluded, unbroken)) {
                harness.usual(0, HOUR);
            }
            for (long number = HOUR; number < 2 * HOUR; number++) {
                excluded.clock(number);
            }
            for (DetectionHarness harness : List.of(excluded, unbroken)) {
                harness.usual(2 * HOUR, 2 * HOUR + 1);
            }
            assertThat(missing(excluded)).isEmpty();

            // Silence after it is missing as though there had never been a gap.
            for (DetectionHarness harness : List.of(excluded, unbroken)) {
                harness.clock(4 * HOUR);
            }
            assertThat(missing(excluded))
                    .singleElement()
                    .satisfies(it -> assertThat(it.start()).isEqualTo(start(2 * HOUR + 1)));
            // The other has learned that a gap of an hour is not so rare.
            assertThat(missing(unbroken)).allMatch(it -> it.score() < 0.42);
        }
    }

    @Test
    void aSeriesThatDoesNotComeBackIsMissingFromTheEndOfTheExcludedTime() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(settings(0.42, List.of(), List.of(exclusion(HOUR, 2 * HOUR, Map.of()))));
            harness.usual(0, HOUR);
            for (long number = HOUR; number < 2 * HOUR + 3; number++) {
                harness.clock(number);
            }
            assertThat(missing(harness)).isEmpty();

            for (long number = 2 * HOUR + 3; number < 3 * HOUR; number++) {
                harness.clock(number);
            }

            assertThat(missing(harness))
                    .singleElement()
                    .satisfies(it -> assertThat(it.start()).isEqualTo(start(2 * HOUR)));
        }
    }

    @Test
    void theThresholdDecidesWhatSilenceIsToldOf() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(settings(1, List.of(), List.of()));
            harness.usual(0, HOUR);
            harness.clock(3 * HOUR);

            assertThat(missing(harness)).isEmpty();
        }
    }

    @Test
    void aMeasureIsMissedWhileOthersCome() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            for (long number = 0; number < 4 * HOUR; number++) {
                double value = DetectionHarness.usual(number);
                harness.point(
                        SERIES,
                        number,
                        number < 2 * HOUR ? Map.of("m", value, "n", value) : Map.of("m", value));
                harness.clock(number);
            }

            assertThat(missing(harness))
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.measure()).isEqualTo("n");
                                assertThat(it.start()).isEqualTo(start(2 * HOUR));
                            });
        }
    }

    @Test
    void aTaskThatIsRestoredKeepsItsSettings() throws Exception {
        OperatorSubtaskState checkpoint;
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(settings(1, List.of(), List.of(exclusion(310, 320, Map.of()))));
            harness.usual(0, 300);
            checkpoint = harness.snapshot();
        }
        try (DetectionHarness harness = DetectionHarness.at(300 * WINDOW, checkpoint)) {
            harness.point(300, 13);
            harness.usual(301, 330);

            assertThat(harness.anomalies()).isEmpty();
            assertThat(harness.bands()).hasSize(20);
            DetectionStatus status = harness.statuses().getLast().orElseThrow();
            assertThat(status.exclusions()).isEqualTo(1);
            assertThat(status.threshold()).isEqualTo(1);
        }
    }

    private static String settingsKey() {
        return new DetectionSettingsCodec.Key(SERIES.tenant(), SERIES.stream()).toString();
    }

    private static DefinitionUpdate settings(
            double threshold, List<SeriesSensitivity> series, List<Exclusion> exclusions) {
        return new DefinitionUpdate(
                settingsKey(),
                DetectionSettingsCodec.toBytes(
                        new DetectionSettings(
                                SERIES.tenant(), SERIES.stream(), threshold, series, exclusions)));
    }

    /** From the start of one window to that of another. */
    private static Exclusion exclusion(long from, long to, Map<String, String> where) {
        return new Exclusion(new UUID(1, from), start(from), start(to), SeriesScope.of(where), "");
    }

    private static List<Anomaly> missing(DetectionHarness harness) {
        return harness.anomalies().stream()
                .filter(it -> it.kind().equals(Anomaly.MISSING))
                .toList();
    }

    private static Instant start(long number) {
        return Instant.ofEpochMilli(ORIGIN + number * WINDOW);
    }
}
