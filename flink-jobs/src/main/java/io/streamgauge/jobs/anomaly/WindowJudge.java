package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.detection.Phase;
import io.streamgauge.detection.Verdict;
import io.streamgauge.jobs.anomaly.DetectionCatalog.Place;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Judges a window of the present series, measure by measure and, where its stream has a model, all
 * measures together; learns it, and counts what the series is like. What goes on is told of again
 * once in {@link AnomalyDetection#REMINDER_MILLIS}. For one task's thread.
 */
final class WindowJudge {

    private final Detectors detectors;
    private final Scorers scorers;
    private final DetectionStatuses statuses;
    private final long run;

    /**
     * @param run of the task, which no other has
     */
    WindowJudge(Detectors detectors, Scorers scorers, DetectionStatuses statuses, long run) {
        this.detectors = detectors;
        this.scorers = scorers;
        this.statuses = statuses;
        this.run = run;
    }

    /**
     * Judges a window.
     *
     * @param threshold from which score on it is told of
     * @param tell takes what is unusual
     * @return what was expected
     */
    Band judge(
            Place place,
            SeriesKey series,
            SeriesPoint point,
            StreamDetection stream,
            double threshold,
            Consumer<Anomaly> tell)
            throws Exception {
        SortedMap<String, Band.Range> ranges = new TreeMap<>();
        for (int i = 0; i < point.measures().length; i++) {
            String measure = point.measures()[i];
            StoredDetector detector = detectors.get(measure, point.window());
            Verdict verdict =
                    detectors.observe(detector, measure, point.start(), point.values()[i]);
            ranges.put(measure, Verdicts.range(verdict, point.values()[i]));
            if (verdict.score() >= threshold
                    && (verdict.peak()
                            || detector.wasSilentFor(
                                    AnomalyDetection.REMINDER_MILLIS, point.start()))) {
                detector.told(point.start());
                tell.accept(Verdicts.anomaly(verdict, series, measure, point, i));
            }
            count(place, detector, verdict);
            detectors.put(measure, detector);
        }
        Optional<Band.Combination> combination = Optional.empty();
        if (stream.model().isPresent()) {
            combination =
                    Optional.of(together(series, point, stream.model().get(), threshold, tell));
        }
        return new Band(
                series,
                Instant.ofEpochMilli(point.start()),
                Duration.ofMillis(point.window()),
                ranges,
                combination);
    }

    private void count(Place place, StoredDetector detector, Verdict verdict) {
        statuses.became(place, detector.countedAs(run), detector.detector().phase());
        detector.counted(run);
        if (verdict.phase() == Phase.INVALID_VALUE) {
            statuses.invalidValue(place);
        }
    }

    private Band.Combination together(
            SeriesKey series,
            SeriesPoint point,
            ActiveModel model,
            double threshold,
            Consumer<Anomaly> tell)
            throws Exception {
        StoredScorer scorer = scorers.get(model);
        Verdict verdict = scorers.observe(scorer, model, point);
        if (verdict.score() >= threshold
                && (verdict.peak()
                        || scorer.wasSilentFor(AnomalyDetection.REMINDER_MILLIS, point.start()))) {
            scorer.told(point.start());
            tell.accept(Verdicts.combination(verdict, series, point, model.version()));
        }
        scorers.put(scorer);
        return new Band.Combination(model.version(), verdict.score());
    }
}
