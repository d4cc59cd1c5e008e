package io.streamgauge.control.event;

import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a body one by one, with their place, up to a limit. Leaves a byte order mark out.
 */
final class BodySource {

    /** What {@link #read} gives at the end. */
    static final int END = -1;

    private static final int BUFFER_BYTES = 16 << 10;
    private static final int[] BYTE_ORDER_MARK = {0xEF, 0xBB, 0xBF};

    private final InputStream in;
    private final long maxBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int filled;
    private long total;
    private boolean started;
    private boolean ended;
    private long line = 1;
    private long column;
    private boolean lineEnded;

    /** A body that is longer than is taken. */
    static final class TooLongException extends IOException {

        private static final long serialVersionUID = 1L;

        TooLongException(long maxBytes) {
            super("too long (expected: at most %d bytes)".formatted(maxBytes));
        }
    }

    /**
     * @param maxBytes how much is read before reading fails
     */
    BodySource(InputStream in, long maxBytes) {
        this.in = in;
        this.maxBytes = maxBytes;
    }

    /**
     * The next byte, 0 to 255, or {@link #END}.
     *
     * @throws TooLongException where the body goes on beyond the limit
     */
    int read() throws IOException {
        if (!started) {
            started = true;
            skipByteOrderMark();
        }
        if (position == filled && !fill()) {
            return END;
        }
        int next = buffer[position++] & 0xFF;
        if (lineEnded) {
            line++;
            column = 0;
            lineEnded = false;
        }
        if (next == '\n') {
            lineEnded = true;
        }
        if ((next & 0xC0) != 0x80) { // else a character that has been counted goes on
            column++;
        }
        return next;
    }

    /** Line of the byte read last, from 1. */
    long line() {
        return line;
    }

    /** Column of the byte read last, in characters, from 1. */
    long column() {
        return Math.max(1, column);
    }

    private void skipByteOrderMark() throws IOException {
        while (filled < BYTE_ORDER_MARK.length && fill()) {
            // A network may deliver three bytes in three pieces.
        }
        for (int i = 0; i < BYTE_ORDER_MARK.length; i++) {
            if (i >= filled || (buffer[i] & 0xFF) != BYTE_ORDER_MARK[i]) {
                return;
            }
        }
        position = BYTE_ORDER_MARK.length;
    }

    /** Reads on, behind what is not consumed where nothing is yet. False at the end. */
    private boolean fill() throws IOException {
        if (ended) {
            return false;
        }
        if (position == filled) {
            position = 0;
            filled = 0;
        }
        int read = in.read(buffer, filled, buffer.length - filled);
        if (read < 0) {
            ended = true;
            return false;
        }
        filled += read;
        total += read;
        if (total > maxBytes) {
            throw new TooLongException(maxBytes);
        }
        return true;
    }
}
