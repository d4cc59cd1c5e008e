package io.streamgauge.detection;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** What saved state has in common: sizes are checked before they are believed. */
final class Saved {

    private Saved() {}

    /**
     * @throws IOException where the value is outside, so that damaged state cannot ask for memory
     */
    static int bounded(int value, int least, int most, String name) throws IOException {
        if (value < least || value > most) {
            throw new IOException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
        return value;
    }

    /**
     * @throws IOException where the value is infinite or no number
     */
    static double finite(double value, String name) throws IOException {
        if (!Double.isFinite(value)) {
            throw new IOException(name + ": " + value + " (expected: a finite number)");
        }
        return value;
    }

    /**
     * @throws IOException where the value is not a finite number above 0
     */
    static double positive(double value, String name) throws IOException {
        if (!(finite(value, name) > 0)) {
            throw new IOException(name + ": " + value + " (expected: > 0)");
        }
        return value;
    }

    static void writeFloats(DataOutput out, float[] values, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            out.writeFloat(values[i]);
        }
    }

    static void readFloats(DataInput in, float[] values, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            values[i] = in.readFloat();
        }
    }
}
