package io.streamgauge.jobs.aggregation;

/**
 * How many series of a stream are open in one key group, as it is checkpointed: key groups are what
 * tasks share out anew when the parallelism changes.
 *
 * @param stream as in {@link SeriesCount#stream}
 * @param keyGroup that the series' keys fall into
 * @param series more than 0
 */
public record OpenSeries(String stream, int keyGroup, long series) {}
