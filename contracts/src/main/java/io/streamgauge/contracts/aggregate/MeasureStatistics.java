package io.streamgauge.contracts.aggregate;

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
        double p99) {}
