package io.streamgauge.contracts.statistics;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Integers in as few bytes as their size needs: seven bits a byte, the high bit set where more
 * follow.
 */
public final class VarInts {

    private VarInts() {}

    /** Small for small values; a negative one takes five bytes. */
    public static void writeInt(DataOutput out, int value) throws IOException {
        writeLong(out, Integer.toUnsignedLong(value));
    }

    /** Reads what {@link #writeInt} has written. */
    public static int readInt(DataInput in) throws IOException {
        return (int) readLong(in);
    }

    /** Small for small magnitudes of either sign (zigzag). */
    public static void writeSigned(DataOutput out, int value) throws IOException {
        writeInt(out, (value << 1) ^ (value >> 31));
    }

    /** Reads what {@link #writeSigned} has written. */
    public static int readSigned(DataInput in) throws IOException {
        int encoded = readInt(in);
        return (encoded >>> 1) ^ -(encoded & 1);
    }

    /** Small for small values; a negative one takes ten bytes. */
    public static void writeLong(DataOutput out, long value) throws IOException {
        while ((value & ~0x7FL) != 0) {
            out.writeByte((int) ((value & 0x7F) | 0x80));
            value >>>= 7;
        }
        out.writeByte((int) value);
    }

    /**
     * Reads what {@link #writeLong} has written.
     *
     * @throws IOException where no number ends within ten bytes
     */
    public static long readLong(DataInput in) throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = in.readByte();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("variable-length integer: more than 10 bytes");
    }
}
