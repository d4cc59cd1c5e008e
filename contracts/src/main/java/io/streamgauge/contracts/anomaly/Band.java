package io.streamgauge.contracts.anomaly;

import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was expected of a series in a window, measure by measure, and what came. All numbers are
 * finite.
 *
 * @param start of the window, inclusive
 * @param window size
 */
public record Band(
        SeriesKey series, Instant start, Duration window, SortedMap<String, Range> measures) {

    /**
     * Of one measure.
     *
     * @param value its mean over the window
     * @param expected value
     * @param lower end of the interval in which values are usual
     * @param upper end of that interval
     * @param score from 0 to 1
     * @param phase how far the detector may be trusted, such as {@code learning}
     */
    public record Range(
            double value,
            double expected,
            double lower,
            double upper,
            double score,
            String phase) {}

    public Band {
        measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
    }

    /** Exclusive end of the window. */
    public Instant end() {
        return start.plus(window);
    }
}
