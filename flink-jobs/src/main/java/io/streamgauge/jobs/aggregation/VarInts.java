package io.streamgauge.jobs.aggregation;

import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Integers in as few bytes as their size needs: seven bits a byte, the high bit set where more
 * follow.
 */
final class VarInts {

    private VarInts() {}

    static void writeInt(DataOutputView out, int value) throws IOException {
        writeLong(out, Integer.toUnsignedLong(value));
    }

    static int readInt(DataInputView in) throws IOException {
        return (int) readLong(in);
    }

    /** Small for small magnitudes of either sign (zigzag). */
    static void writeSigned(DataOutputView out, int value) throws IOException {
        writeInt(out, (value << 1) ^ (value >> 31));
    }

    static int readSigned(DataInputView in) throws IOException {
        int encoded = readInt(in);
        return (encoded >>> 1) ^ -(encoded & 1);
    }

    static void writeLong(DataOutputView out, long value) throws IOException {
        while ((value & ~0x7FL) != 0) {
            out.writeByte((int) ((value & 0x7F) | 0x80));
            value >>>= 7;
        }
        out.writeByte((int) value);
    }

    static long readLong(DataInputView in) throws IOException {
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
