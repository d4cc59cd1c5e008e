package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.Exclusion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What of a stream's settings holds for one series. Immutable.
 *
 * @param threshold from which score on anomalies are told of
 * @param excluded times in which it is neither judged nor learned from
 */
record SeriesRules(double threshold, List<Span> excluded) {

    /**
     * What share of the threshold a silence must reach: of a series that was never silent, no score
     * can say more than that it is the first time in so many windows. With the default threshold it
     * takes about three hundred.
     */
    static final double MISSING_SHARE = 0.6;

    /**
     * A time, in milliseconds since the epoch.
     *
     * @param from inclusive
     * @param to exclusive
     */
    record Span(long from, long to) {

        boolean touches(long start, long end) {
            return start < to && end > from;
        }
    }

    SeriesRules {
        excluded = List.copyOf(excluded);
    }

    /** What holds for a series with these dimensions. */
    static SeriesRules of(DetectionSettings settings, Map<String, String> dimensions) {
        List<Span> excluded = new ArrayList<>();
        for (Exclusion exclusion : settings.exclusions()) {
            if (exclusion.series().covers(dimensions)) {
                excluded.add(
                        new Span(exclusion.from().toEpochMilli(), exclusion.to().toEpochMilli()));
            }
        }
        return new SeriesRules(settings.thresholdOf(dimensions), excluded);
    }

    /** From which score on a silence is told of. */
    double missingThreshold() {
        return MISSING_SHARE * threshold;
    }

    /**
     * Up to which window, by its start, the silence between two windows is excluded.
     *
     * @param last start of the last window that came
     * @param next start of the next one
     * @return that of the last one where none is
     */
    long resumed(long last, long next, long window) {
        OptionalLong end = lastEnd(last + window, next);
        return end.isEmpty()
                ? last
                : SilenceWatch.lastWindowBefore(Math.min(end.getAsLong(), next), window);
    }

    /** Whether a time is excluded, in part or whole. */
    boolean excludes(long start, long end) {
        return lastEnd(start, end).isPresent();
    }

    /** When the last exclusion ends that has a part of a time; none where none has. */
    OptionalLong lastEnd(long start, long end) {
        if (excluded.isEmpty()) {
            return OptionalLong.empty(); // as nearly always
        }
        return excluded.stream().filter(it -> it.touches(start, end)).mapToLong(Span::to).max();
    }
}
