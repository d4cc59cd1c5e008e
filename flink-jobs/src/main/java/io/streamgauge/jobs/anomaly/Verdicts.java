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
import java.util.OptionalLong;

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
                OptionalDouble.of(point.values()[place]),
                OptionalLong.empty());
    }

    /**
     * Of what a model says, with a score above 0: it is about the measure that contributes most.
     *
     * @param version of the model
     */
    static Anomaly combination(Verdict verdict, SeriesKey series, SeriesPoint point, long version) {
        String measure = verdict.contributions().getFirst().feature();
        double value = point.value(measure);
        return anomaly(
                verdict,
                series,
                measure,
                point.start(),
                point.window(),
                verdict.peak(),
                Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty(),
                OptionalLong.of(version));
    }

    /**
     * That a measure has had no value for a while.
     *
     * @param start of the first window without one
     */
    static Anomaly missing(
            Verdict verdict, SeriesKey series, String measure, long start, long window) {
        return anomaly(
                verdict,
                series,
                measure,
                start,
                window,
                true,
                OptionalDouble.empty(),
                OptionalLong.empty());
    }

    private static Anomaly anomaly(
            Verdict verdict,
            SeriesKey series,
            String measure,
            long start,
            long window,
            boolean begins,
            OptionalDouble value,
            OptionalLong model) {
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
                contributions,
                model);
    }
}
