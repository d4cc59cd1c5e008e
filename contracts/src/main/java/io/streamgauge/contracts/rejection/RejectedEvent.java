package io.streamgauge.contracts.rejection;

import java.time.Instant;

/**
 * An event that was not counted. Written to the topic of late events, so that nothing is lost
 * unseen.
 *
 * @param tenant as the record said it; empty where it did not, and not checked
 * @param stream id of the stream where it is known, else as the record said it; empty where it did
 *     not
 * @param detail for people: what exactly was wrong
 * @param arrivedAt when the platform's clock saw it
 * @param partition of the events topic
 * @param offset in that partition; with it, the event's identity
 * @param event the value, bytes that are not UTF-8 replaced
 */
public record RejectedEvent(
        String tenant,
        String stream,
        RejectionReason reason,
        String detail,
        Instant arrivedAt,
        int partition,
        long offset,
        String event) {}
