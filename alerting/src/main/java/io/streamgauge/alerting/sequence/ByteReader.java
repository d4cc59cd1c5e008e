package io.streamgauge.alerting.sequence;

import java.util.Arrays;

/** Reads what {@link ByteWriter} has written. */
final class ByteReader {

    private final byte[] bytes;
    private int position;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    int readByte() {
        if (position == bytes.length) {
            throw new UnreadableStateException("size: " + bytes.length + " (expected: more bytes)");
        }
        return bytes[position++] & 0xFF;
    }

    long read() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new UnreadableStateException("number at " + position + ": longer than 64 bits");
    }

    /** Reads how many of something follow, each of which has at least one byte. */
    int readSize() {
        long size = read();
        if (size < 0 || size > bytes.length - position) {
            throw new UnreadableStateException(
                    "size at " + position + ": " + size + " (expected: what is left)");
        }
        return (int) size;
    }

    int readInt() {
        long value = read();
        if (value >>> Integer.SIZE != 0) {
            throw new UnreadableStateException("number at " + position + ": " + value);
        }
        return (int) value;
    }

    long readSigned() {
        long value = read();
        return (value >>> 1) ^ -(value & 1);
    }

    byte[] readBytes() {
        int size = readSize();
        position += size;
        return Arrays.copyOfRange(bytes, position - size, position);
    }

    boolean isAtEnd() {
        return position == bytes.length;
    }
}
