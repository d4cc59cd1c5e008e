package io.streamgauge.alerting.sequence;

/**
 * Writes events into the blob of a state, and reads them again. Both must be pure, and {@code
 * decode} must read what any earlier release has written.
 *
 * @param <T> type of the events
 */
public interface EventCodec<T> {

    /** Writes an event; called at most once for each that a partial match holds. */
    byte[] encode(T event);

    /** Reads an event; called only for those that a condition or a match asks for. */
    T decode(byte[] bytes);
}
