package io.streamgauge.jobs.alerting;

/**
 * The latest stamp seen in a partition, as it is checkpointed.
 *
 * @param stamp milliseconds since the epoch
 */
public record LastStamp(int partition, long stamp) {}
