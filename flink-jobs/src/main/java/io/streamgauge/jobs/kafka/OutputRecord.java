package io.streamgauge.jobs.kafka;

/**
 * A result on its way to Kafka.
 *
 * @param tenant header; empty for none
 * @param stream header; empty for none
 * @param timing header; empty for none
 * @param value empty where what was written under the key is to be forgotten
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared
public record OutputRecord(String key, String tenant, String stream, String timing, byte[] value) {

    /** A tombstone. */
    public static OutputRecord forgotten(String key, String tenant) {
        return new OutputRecord(key, tenant, "", "", new byte[0]);
    }

    /** Whether it is a tombstone. */
    public boolean isForgotten() {
        return value.length == 0;
    }
}
