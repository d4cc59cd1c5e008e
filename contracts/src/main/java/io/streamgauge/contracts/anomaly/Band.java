package io.streamgauge.contracts.anomaly;

import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What was expected of a series in a window, measure by measure, and what came. All numbers are
 * finite.
 *
 * @param start of the window, inclusive
 * @param window size
 * @param combination what a model said of all measures together; none where none is active
 */
public record Band(
        SeriesKey series,
        Instant start,
        Duration window,
        SortedMap<String, Range> measures,
        Optional<Combination> combination) {

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

    /**
     * Of all measures together.
     *
     * @param model its version
     * @param score from 0 to 1
     */
    public record Combination(long model, double score) {}

    /** Where no model is active. */
    public Band(
            SeriesKey series, Instant start, Duration window, SortedMap<String, Range> measures) {
        this(series, start, window, measures, Optional.empty());
    }

    public Band {
        measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
    }

    /** Exclusive end of the window. */
    public Instant end() {
        return start.plus(window);
    }
}
