package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Median and interquartile range of all of a slowly changing feature's past, from at most 256
 * values at even distances: when it is full every other one is dropped and the distance doubled.
 */
final class ThinnedSample {

    static final int SIZE = 256;

    private static final int FIRST_STRIDE = 4;
    private static final int LEAST = 8;

    private final float[] values = new float[SIZE];
    private int size;
    private long stride = FIRST_STRIDE;
    private long skipped;
    private int unsorted;
    private double median;
    private double range;

    /** Whether there is enough of a past for the others to mean something. */
    boolean ready() {
        return size >= LEAST;
    }

    double median() {
        return median;
    }

    /** The distance of the quartiles; 0 where half of the past was the same. */
    double range() {
        return range;
    }

    void offer(double value) {
        if (++skipped < stride) {
            return;
        }
        skipped = 0;
        if (size == SIZE) {
            size = SIZE / 2;
            for (int i = 0; i < size; i++) {
                values[i] = values[2 * i + 1];
            }
            stride *= 2;
        }
        values[size++] = (float) value;
        // Sorting is the dear part, and a few more values change little.
        if (++unsorted * 32 >= size) {
            unsorted = 0;
            float[] sorted = Arrays.copyOf(values, size);
            Arrays.sort(sorted);
            median = sorted[size / 2];
            range = (double) sorted[size * 3 / 4] - sorted[size / 4];
        }
    }

    void save(DataOutput out) throws IOException {
        VarInts.writeInt(out, size);
        Saved.writeFloats(out, values, size);
        VarInts.writeLong(out, stride);
        VarInts.writeLong(out, skipped);
        VarInts.writeInt(out, unsorted);
        out.writeDouble(median);
        out.writeDouble(range);
    }

    static ThinnedSample read(DataInput in) throws IOException {
        ThinnedSample sample = new ThinnedSample();
        sample.size = Saved.bounded(VarInts.readInt(in), 0, SIZE, "sample");
        Saved.readFloats(in, sample.values, sample.size);
        sample.stride = VarInts.readLong(in);
        sample.skipped = VarInts.readLong(in);
        sample.unsorted = VarInts.readInt(in);
        sample.median = in.readDouble();
        sample.range = in.readDouble();
        return sample;
    }
}
