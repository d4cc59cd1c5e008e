package io.streamgauge.contracts.aggregate;

import java.util.Arrays;

/**
 * Statistics of one measure over one window. All are finite; {@code count} is at least 1.
 *
 * @param count how many events had a value
 * @param stddev population standard deviation
 * @param p50 50th percentile, within 1 % of its value; so are {@code p95} and {@code p99}
 */
public record MeasureStatistics(
        long count,
        double sum,
        double min,
        double max,
        double mean,
        double stddev,
        double p50,
        double p95,
        double p99) {

    /**
     * Computes the statistics of all values at once, by definition: two passes, and percentiles
     * read off the sorted values. What streaming results are compared with.
     *
     * @throws IllegalArgumentException where there is no value
     */
    public static MeasureStatistics of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("values: none (expected: at least one)");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double sum = Arrays.stream(values).sum(); // compensated, says its documentation
        double mean = sum / values.length;
        double squaredDeviations =
                Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
        return new MeasureStatistics(
                values.length,
                sum,
                sorted[0],
                sorted[sorted.length - 1],
                mean,
                Math.sqrt(squaredDeviations / values.length),
                percentile(sorted, 0.50),
                percentile(sorted, 0.95),
                percentile(sorted, 0.99));
    }

    /** The value of rank {@code floor(q * (n - 1))}, ranks from 0. */
    private static double percentile(double[] sorted, double q) {
        return sorted[(int) Math.floor(q * (sorted.length - 1))];
    }
}
