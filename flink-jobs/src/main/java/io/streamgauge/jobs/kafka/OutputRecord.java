package io.streamgauge.jobs.kafka;

/**
 * A result on its way to Kafka.
 *
 * @param tenant header; empty for none
 * @param stream header; empty for none
 * @param timing header; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared
public record OutputRecord(String key, String tenant, String stream, String timing, byte[] value) {}
