package io.streamgauge.jobs.anomaly;

import static io.streamgauge.jobs.anomaly.DetectionHarness.ORIGIN;
import static io.streamgauge.jobs.anomaly.DetectionHarness.SERIES;
import static io.streamgauge.jobs.anomaly.DetectionHarness.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.DetectionSettingsCodec;
import io.streamgauge.contracts.detection.Exclusion;
import io.streamgauge.contracts.detection.SeriesScope;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each of the ways in which an excluded time is passed over. */
class ExcludedTimeTest {

    private static final long HOUR = Duration.ofHours(1).toMillis() / WINDOW;

    @Test
    void silenceThatNoTimerSawIsNoGapEither() throws Exception {
        try (DetectionHarness silent = DetectionHarness.start();
                DetectionHarness unbroken = DetectionHarness.start()) {
            silent.update(excluding(HOUR, 2 * HOUR));
            silent.usual(0, HOUR);
            silent.usual(2 * HOUR, 3 * HOUR); // the clock has not moved meanwhile
            unbroken.usual(0, 2 * HOUR);

            silent.clock(4 * HOUR);
            unbroken.clock(3 * HOUR);

            assertThat(missing(silent)).hasSize(1);
            assertThat(missing(silent).getFirst().score())
                    .as("as rare as where there never was a gap")
                    .isEqualTo(missing(unbroken).getFirst().score());
        }
    }

    @Test
    void silenceAfterItIsMissingFromItsEndAndNotFromItsBegin() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(excluding(HOUR, HOUR + 20));
            harness.usual(0, HOUR + 20);

            for (long number = HOUR + 20; number < 2 * HOUR; number++) {
                harness.clock(number);
            }

            assertThat(missing(harness))
                    .singleElement()
                    .satisfies(
                            it ->
                                    assertThat(it.start())
                                            .isEqualTo(
                                                    Instant.ofEpochMilli(
                                                            ORIGIN + (HOUR + 20) * WINDOW)));
        }
    }

    private static DefinitionUpdate excluding(long from, long to) {
        Exclusion exclusion =
                new Exclusion(
                        new UUID(1, from),
                        Instant.ofEpochMilli(ORIGIN + from * WINDOW),
                        Instant.ofEpochMilli(ORIGIN + to * WINDOW),
                        SeriesScope.of(Map.of()),
                        "");
        return new DefinitionUpdate(
                new DetectionSettingsCodec.Key(SERIES.tenant(), SERIES.stream()).toString(),
                DetectionSettingsCodec.toBytes(
                        new DetectionSettings(
                                SERIES.tenant(),
                                SERIES.stream(),
                                DetectionSettings.DEFAULT_THRESHOLD,
                                List.of(),
                                List.of(exclusion))));
    }

    private static List<Anomaly> missing(DetectionHarness harness) {
        return harness.anomalies().stream()
                .filter(it -> it.kind().equals(Anomaly.MISSING))
                .toList();
    }
}
