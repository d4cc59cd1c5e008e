package io.streamgauge.contracts.aggregate;

import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A series' statistics of every measure over one window.
 *
 * @param start inclusive
 * @param window size; the end, exclusive, is {@code start + window}
 * @param revision 0 for the first complete result, one more with each correction; an early result
 *     has the revision that will complete it
 * @param count events in the window, with or without measures
 * @param measures by name; a measure that no event had is absent
 */
public record Aggregate(
        SeriesKey series,
        Instant start,
        Duration window,
        Timing timing,
        int revision,
        long count,
        SortedMap<String, MeasureStatistics> measures) {

    public Aggregate {
        measures = Collections.unmodifiableSortedMap(new TreeMap<>(measures));
    }

    /** Exclusive end of the window. */
    public Instant end() {
        return start.plus(window);
    }

    /**
     * Says what the result is about: two results with the same id are the same result. Built from
     * series, window and revision, and for early results from the count, since nothing else tells
     * two of them apart.
     */
    public String id() {
        String id =
                series.id()
                        + "-"
                        + Durations.format(window)
                        + "-"
                        + start.getEpochSecond()
                        + "-r"
                        + revision;
        return timing == Timing.EARLY ? id + "-e" + count : id;
    }
}
