package io.streamgauge.jobs.anomaly;

/**
 * A window of a series that is to be scored, with what of the stream's definition and the tenant's
 * policy decides how.
 *
 * @param series key's text
 * @param start of the window, in milliseconds since the epoch
 * @param window size in milliseconds
 * @param outOfOrderness how long after its end a window's first result is due, in milliseconds
 * @param seriesLimit how many series of the stream may have detectors
 * @param measures names, in order
 * @param values means over the window, in the same order
 */
@SuppressWarnings("ArrayRecordComponent") // in transit; never compared
public record SeriesPoint(
        String series,
        long start,
        long window,
        long outOfOrderness,
        long seriesLimit,
        String[] measures,
        double[] values) {

    /** The value of a measure; NaN where the window has none of it. */
    double value(String measure) {
        for (int i = 0; i < measures.length; i++) {
            if (measures[i].equals(measure)) {
                return values[i];
            }
        }
        return Double.NaN;
    }
}
