package io.streamgauge.jobs.anomaly;

/**
 * How far a series has come. In state.
 *
 * @param lastStart start of the last window that was scored, or that was excluded from it
 * @param window size in milliseconds
 * @param outOfOrderness as of the stream, in milliseconds
 * @param check when the series' timer is due, on the results' clock
 */
public record SeriesProgress(long lastStart, long window, long outOfOrderness, long check) {

    /** The same series, past the windows that start up to a time. */
    SeriesProgress movedTo(long start) {
        return start <= lastStart ? this : new SeriesProgress(start, window, outOfOrderness, check);
    }

    /** The same, with the timer elsewhere. */
    SeriesProgress checkedAt(long time) {
        return new SeriesProgress(lastStart, window, outOfOrderness, time);
    }
}
