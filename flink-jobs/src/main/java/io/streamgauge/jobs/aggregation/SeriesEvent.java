package io.streamgauge.jobs.aggregation;

/**
 * A valid event on its way to its windows.
 *
 * @param series text of the series key
 * @param timestamp when it happened, in milliseconds since the epoch
 * @param arrival when the platform took it in
 * @param plan text of the stream's {@link StreamPlan}
 * @param measures in the plan's order, NaN where there is none
 * @param partition of the events topic, with {@code offset} for a rejection
 * @param value as it was sent, for a rejection
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared
public record SeriesEvent(
        String series,
        long timestamp,
        long arrival,
        String plan,
        double[] measures,
        int partition,
        long offset,
        byte[] value) {}
