package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The last values, the newest first. Means are computed anew each time: a running sum would keep
 * the rounding error of one huge value for ever.
 */
final class RecentValues {

    private final float[] values;
    private int next;
    private int size;

    RecentValues(int capacity) {
        values = new float[capacity];
    }

    int size() {
        return size;
    }

    void add(double value) {
        values[next] = (float) value;
        next = next + 1 == values.length ? 0 : next + 1;
        size = Math.min(size + 1, values.length);
    }

    /**
     * The sum of the values of these ages: 0 is the newest.
     *
     * @param from inclusive
     * @param to exclusive, at most {@link #size}
     */
    double sum(int from, int to) {
        double sum = 0;
        int at = next - 1 - from;
        for (int i = from; i < to; i++, at--) {
            sum += values[at < 0 ? at + values.length : at];
        }
        return sum;
    }

    /** The median of the newest. */
    double median(int count) {
        float[] copy = new float[count];
        int at = next - 1;
        for (int i = 0; i < count; i++, at--) {
            copy[i] = values[at < 0 ? at + values.length : at];
        }
        return Medians.ofSorting(copy, count);
    }

    void save(DataOutput out) throws IOException {
        VarInts.writeInt(out, size);
        VarInts.writeInt(out, next);
        Saved.writeFloats(out, values, size);
    }

    static RecentValues read(DataInput in, int capacity) throws IOException {
        RecentValues recent = new RecentValues(capacity);
        recent.size = Saved.bounded(VarInts.readInt(in), 0, capacity, "recent values");
        recent.next = Saved.bounded(VarInts.readInt(in), 0, capacity - 1, "next of the recent");
        Saved.readFloats(in, recent.values, recent.size);
        return recent;
    }
}
