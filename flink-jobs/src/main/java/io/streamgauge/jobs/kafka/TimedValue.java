package io.streamgauge.jobs.kafka;

/**
 * A record's value, not yet looked into.
 *
 * @param timestamp of the record, in milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared
public record TimedValue(byte[] value, long timestamp) {}
