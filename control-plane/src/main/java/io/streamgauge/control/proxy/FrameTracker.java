package io.streamgauge.control.proxy;

/**
 * Follows the frames in a stream of bytes (RFC 6455, 5.2) without keeping them: where one ends, and
 * whether the last has been a close. Of the payload nothing is looked at, so that extensions, which
 * the two ends agree upon, pass.
 *
 * <p>For one thread.
 */
final class FrameTracker {

    private static final int FIN = 0x80;
    private static final int OPCODE = 0x0F;
    private static final int CONTROL = 0x08;
    private static final int CLOSE = 0x08;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7F;
    private static final int MAX_CONTROL_LENGTH = 125;
    private static final int MASK_BYTES = 4;

    /** A stream that is not of frames. */
    static final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }

    private final boolean masked;
    private int headerRead;
    private int headerLength = 2;
    private int lengthBytes;
    private int opcode;
    private boolean last;
    private long payloadLeft;
    private boolean closed;

    /**
     * @param masked whether the frames are a client's
     */
    FrameTracker(boolean masked) {
        this.masked = masked;
    }

    /** Whether a frame has ended and none has begun. */
    boolean isAtBoundary() {
        return headerRead == 0;
    }

    /** Whether a close frame has ended; there is nothing after it. */
    boolean hasClosed() {
        return closed;
    }

    /**
     * Follows some bytes.
     *
     * @return how many of them are frames; fewer where a close is among them
     * @throws MalformedException where they break the rules that frames are found by
     */
    int follow(byte[] bytes, int length) throws MalformedException {
        int position = 0;
        while (position < length && !closed) {
            if (headerRead < headerLength) {
                header(bytes[position++] & 0xFF);
            } else {
                int skipped = (int) Math.min(payloadLeft, length - position);
                payloadLeft -= skipped;
                position += skipped;
            }
            if (headerRead == headerLength && payloadLeft == 0) {
                closed = opcode == CLOSE;
                headerRead = 0;
                headerLength = 2;
            }
        }
        return position;
    }

    private void header(int next) throws MalformedException {
        if (headerRead == 0) {
            opcode = next & OPCODE;
            last = (next & FIN) != 0;
        } else if (headerRead == 1) {
            second(next);
        } else if (headerRead < 2 + lengthBytes) {
            payloadLeft = payloadLeft << 8 | next;
            if (payloadLeft < 0) {
                throw new MalformedException("a frame's length: negative");
            }
        }
        headerRead++;
    }

    private void second(int next) throws MalformedException {
        if (((next & MASKED) != 0) != masked) {
            throw new MalformedException("a frame's mask: as of the other end");
        }
        int length = next & LENGTH;
        if ((opcode & CONTROL) != 0 && (length > MAX_CONTROL_LENGTH || !last)) {
            throw new MalformedException("a control frame: long or in parts");
        }
        lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
        payloadLeft = lengthBytes == 0 ? length : 0;
        headerLength = 2 + lengthBytes + (masked ? MASK_BYTES : 0);
    }
}
