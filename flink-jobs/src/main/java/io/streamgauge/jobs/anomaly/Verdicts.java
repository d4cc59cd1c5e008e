package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.detection.AnomalyKind;
import io.streamgauge.detection.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/** Makes of what a detector says what others are told. */
final class Verdicts {

    private Verdicts() {}

    static Band.Range range(Verdict verdict, double value) {
        return new Band.Range(
                Double.isFinite(value)
                        ? value
                        : verdict.expected(), // the phase says that it was not
                verdict.expected(),
                verdict.lower(),
                verdict.upper(),
                verdict.score(),
                verdict.phase().wireName());
    }

    /** Of a verdict with a score above 0, about a measure of a point by its place. */
    static Anomaly anomaly(
            Verdict verdict, SeriesKey series, String measure, SeriesPoint point, int place) {
        return anomaly(
                verdict,
                series,
                measure,
                point.start(),
                point.window(),
                verdict.peak(),
                OptionalDouble.of(point.values()[place]));
    }

    /** That nothing has come since a series' last window. */
    static Anomaly missing(
            Verdict verdict, SeriesKey series, String measure, SeriesProgress progress) {
        return anomaly(
                verdict,
                series,
                measure,
                progress.lastStart() + progress.window(),
                progress.window(),
                true,
                OptionalDouble.empty());
    }

    private static Anomaly anomaly(
            Verdict verdict,
            SeriesKey series,
            String measure,
            long start,
            long window,
            boolean begins,
            OptionalDouble value) {
        AnomalyKind kind = Objects.requireNonNull(verdict.kind(), "kind"); // there is a score
        List<Anomaly.Contribution> contributions =
                verdict.contributions().stream()
                        .map(it -> new Anomaly.Contribution(it.feature(), it.rarity(), it.share()))
                        .toList();
        return new Anomaly(
                series,
                measure,
                Instant.ofEpochMilli(start),
                Duration.ofMillis(window),
                verdict.score(),
                kind.wireName(),
                begins,
                value,
                verdict.expected(),
                verdict.lower(),
                verdict.upper(),
                contributions);
    }
}
