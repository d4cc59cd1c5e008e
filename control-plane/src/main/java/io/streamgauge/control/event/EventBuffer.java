package io.streamgauge.control.event;

import io.streamgauge.contracts.event.EventDecoder;
import java.util.Arrays;

/** The bytes of one event while they are read; counts those that are too many to keep. */
final class EventBuffer {

    private byte[] bytes = new byte[1_024];
    private long length;

    void clear() {
        length = 0;
    }

    void append(int next) {
        if (length < EventDecoder.MAX_EVENT_BYTES) {
            int at = (int) length;
            if (at == bytes.length) {
                bytes = Arrays.copyOf(bytes, Math.min(2 * at, EventDecoder.MAX_EVENT_BYTES));
            }
            bytes[at] = (byte) next;
        }
        length++;
    }

    long length() {
        return length;
    }

    /** Without the white space at the end. */
    void trimEnd() {
        while (length > 0 && length <= bytes.length && isBlank(bytes[(int) length - 1])) {
            length--;
        }
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, Math.toIntExact(length));
    }

    byte at(int index) {
        return bytes[index];
    }

    /** White space of JSON. */
    static boolean isBlank(int next) {
        return next == ' ' || next == '\n' || next == '\r' || next == '\t';
    }
}
