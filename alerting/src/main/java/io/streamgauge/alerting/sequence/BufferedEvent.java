package io.streamgauge.alerting.sequence;

import org.jspecify.annotations.Nullable;

/**
 * An event in the automaton's buffer: itself, its bytes, or both. Each is made of the other when it
 * is first asked for, since most events of a restored state are neither read nor changed before it
 * is saved again.
 */
final class BufferedEvent<T> {

    private final EventCodec<T> codec;
    private final long timestamp;
    private @Nullable T event;
    private byte @Nullable [] bytes;

    private BufferedEvent(
            EventCodec<T> codec, long timestamp, @Nullable T event, byte @Nullable [] bytes) {
        this.codec = codec;
        this.timestamp = timestamp;
        this.event = event;
        this.bytes = bytes;
    }

    static <T> BufferedEvent<T> of(EventCodec<T> codec, long timestamp, T event) {
        return new BufferedEvent<>(codec, timestamp, event, null);
    }

    static <T> BufferedEvent<T> restored(EventCodec<T> codec, long timestamp, byte[] bytes) {
        return new BufferedEvent<>(codec, timestamp, null, bytes);
    }

    long timestamp() {
        return timestamp;
    }

    T event() {
        T present = event;
        if (present == null) {
            present = codec.decode(bytes());
            event = present;
        }
        return present;
    }

    byte[] bytes() {
        byte[] present = bytes;
        if (present == null) {
            present = codec.encode(event());
            bytes = present;
        }
        return present;
    }
}
