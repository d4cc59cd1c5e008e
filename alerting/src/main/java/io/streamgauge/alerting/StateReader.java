package io.streamgauge.alerting;

import java.io.ByteArrayInputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Reads what {@link StateWriter} has written. State that is cut short is an error of ours. */
final class StateReader {

    private final DataInputStream in;

    StateReader(byte[] bytes) {
        in = new DataInputStream(new ByteArrayInputStream(bytes));
    }

    /**
     * Reads the number of a format.
     *
     * @throws IllegalStateException where it is none that is known
     */
    void version(String of, int expected) {
        int unused = version(of, expected, expected);
    }

    /**
     * Reads the number of a format, of which there are several.
     *
     * @throws IllegalStateException where it is none that is known
     */
    int version(String of, int least, int most) {
        long version = number();
        if (version < least || version > most) {
            throw new IllegalStateException(
                    "%s: version %d (expected: %s)"
                            .formatted(of, version, least == most ? least : least + " to " + most));
        }
        return (int) version;
    }

    long number() {
        try {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = in.readByte();
                value |= (long) (next & 0x7F) << shift;
                if (next >= 0) {
                    return (value >>> 1) ^ -(value & 1);
                }
            }
            throw new IllegalStateException("number: more than 10 bytes (expected: at most 10)");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int integer() {
        return Math.toIntExact(number());
    }

    double real() {
        try {
            return in.readDouble();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    UUID uuid() {
        try {
            return new UUID(in.readLong(), in.readLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] bytes() {
        byte[] value = new byte[integer()];
        try {
            in.readFully(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return value;
    }

    String text() {
        return new String(bytes(), StandardCharsets.UTF_8);
    }

    DataInput in() {
        return in;
    }
}
