package io.streamgauge.jobs.kafka;

import org.jspecify.annotations.Nullable;

/**
 * A record of the events topic, not yet looked into.
 *
 * @param tenant as the header says; empty where it is missing
 * @param stream id or name as the header says; empty where it is missing
 * @param definitionVersion what the gateway validated with; 0 where a direct producer sent the
 *     record
 * @param arrival when the platform took it in, in milliseconds since the epoch: the gateway's
 *     stamp, never later than the broker's append time; without a stamp the append time
 * @param movesClock whether {@code arrival} is a gateway's stamp
 * @param heartbeat whether the record only moves the clock
 * @param value the event; null where the record has none
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared
public record SourceRecord(
        String tenant,
        String stream,
        long definitionVersion,
        long arrival,
        boolean movesClock,
        boolean heartbeat,
        int partition,
        long offset,
        byte @Nullable [] value) {}
