package io.streamgauge.contracts.statistics;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * A mergeable summary of a set of numbers that answers quantiles within {@link #RELATIVE_ACCURACY}
 * of the true value: the DDSketch of Masson, Rim and Lee, "DDSketch: A Fast and Fully-Mergeable
 * Quantile Sketch with Relative-Error Guarantees", PVLDB 12(12), 2019.
 *
 * <p>Numbers are counted in buckets whose bounds grow by a constant factor, negative ones apart. At
 * most {@link #MAX_BUCKETS} buckets of a sign below the largest are told apart (about 17 decades);
 * smaller magnitudes share the lowest. What a sketch holds depends on the set alone, not on the
 * order in which it was added or merged. That is why it is this sketch: a replay, and a batch
 * computation, give the same percentiles to the bit.
 */
public final class QuantileSketch {

    /** Guaranteed relative error of a quantile. */
    public static final double RELATIVE_ACCURACY = 0.01;

    /** How many buckets of a sign are told apart. */
    public static final int MAX_BUCKETS = 2048;

    /** What is smaller counts as zero; events are bounded to the inverse. */
    private static final double SMALLEST = 1e-150;

    private static final double GAMMA = (1 + RELATIVE_ACCURACY) / (1 - RELATIVE_ACCURACY);
    private static final double LOG_GAMMA = Math.log(GAMMA);

    private final Store positive = new Store();
    private final Store negative = new Store();
    private long zeros;

    /** Adds a finite number. */
    public void add(double value) {
        if (value >= SMALLEST) {
            positive.add(bucket(value), 1);
        } else if (value <= -SMALLEST) {
            negative.add(bucket(-value), 1);
        } else {
            zeros++;
        }
    }

    /** Adds all that another sketch has counted. */
    public void merge(QuantileSketch other) {
        positive.merge(other.positive);
        negative.merge(other.negative);
        zeros += other.zeros;
    }

    /** How many numbers were added. */
    public long count() {
        return positive.total + negative.total + zeros;
    }

    /**
     * The number of rank {@code floor(q * (count - 1))} in ascending order, ranks from 0.
     *
     * @param q from 0 to 1
     * @throws IllegalStateException where nothing was added
     */
    public double quantile(double q) {
        if (count() == 0) {
            throw new IllegalStateException("quantile of nothing");
        }
        long rank = (long) Math.floor(q * (count() - 1));
        if (rank < negative.total) {
            return -value(negative.bucketOfRank(negative.total - 1 - rank));
        }
        rank -= negative.total;
        if (rank < zeros) {
            return 0;
        }
        return value(positive.bucketOfRank(rank - zeros));
    }

    /** Writes its binary form. */
    public void write(DataOutput out) throws IOException {
        VarInts.writeLong(out, zeros);
        positive.write(out);
        negative.write(out);
    }

    /** Reads what {@link #write} has written. */
    public static QuantileSketch read(DataInput in) throws IOException {
        QuantileSketch sketch = new QuantileSketch();
        sketch.zeros = VarInts.readLong(in);
        sketch.positive.read(in);
        sketch.negative.read(in);
        return sketch;
    }

    private static int bucket(double magnitude) {
        return (int) Math.ceil(Math.log(magnitude) / LOG_GAMMA);
    }

    /** The point of a bucket with the least relative error to both of its bounds. */
    private static double value(int bucket) {
        return 2 * Math.exp(bucket * LOG_GAMMA) / (1 + GAMMA);
    }

    /** Counts by bucket, ascending, without the empty ones. */
    private static final class Store {

        private int[] buckets = new int[8];
        private long[] counts = new long[8];
        private int size;
        private long total;

        void add(int bucket, long count) {
            total += count;
            if (size > 0) {
                bucket = Math.max(bucket, buckets[size - 1] - MAX_BUCKETS + 1);
            }
            int at = Arrays.binarySearch(buckets, 0, size, bucket);
            if (at >= 0) {
                counts[at] += count;
                return;
            }
            insert(-at - 1, bucket, count);
            collapse();
        }

        private void insert(int at, int bucket, long count) {
            if (size == buckets.length) {
                int capacity = Math.min(2 * size, MAX_BUCKETS + 1);
                buckets = Arrays.copyOf(buckets, capacity);
                counts = Arrays.copyOf(counts, capacity);
            }
            System.arraycopy(buckets, at, buckets, at + 1, size - at);
            System.arraycopy(counts, at, counts, at + 1, size - at);
            buckets[at] = bucket;
            counts[at] = count;
            size++;
        }

        /** Moves what is too far below the largest bucket into the lowest that is kept. */
        private void collapse() {
            int lowest = buckets[size - 1] - MAX_BUCKETS + 1;
            int below = 0;
            long moved = 0;
            while (buckets[below] < lowest) {
                moved += counts[below++];
            }
            if (below == 0) {
                return;
            }
            if (buckets[below] == lowest) {
                counts[below] += moved;
            } else {
                below--;
                buckets[below] = lowest;
                counts[below] = moved;
            }
            size -= below;
            System.arraycopy(buckets, below, buckets, 0, size);
            System.arraycopy(counts, below, counts, 0, size);
        }

        void merge(Store other) {
            // From the top, so that the final lowest bucket is known from the start.
            for (int i = other.size - 1; i >= 0; i--) {
                add(other.buckets[i], other.counts[i]);
            }
        }

        int bucketOfRank(long rank) {
            long seen = 0;
            for (int i = 0; i < size; i++) {
                seen += counts[i];
                if (rank < seen) {
                    return buckets[i];
                }
            }
            throw new IllegalStateException("rank %d of %d".formatted(rank, total));
        }

        void write(DataOutput out) throws IOException {
            VarInts.writeInt(out, size);
            int previous = 0;
            for (int i = 0; i < size; i++) {
                VarInts.writeSigned(out, buckets[i] - previous);
                VarInts.writeLong(out, counts[i]);
                previous = buckets[i];
            }
        }

        void read(DataInput in) throws IOException {
            size = VarInts.readInt(in);
            buckets = new int[Math.max(8, size)];
            counts = new long[buckets.length];
            int previous = 0;
            for (int i = 0; i < size; i++) {
                previous += VarInts.readSigned(in);
                buckets[i] = previous;
                counts[i] = VarInts.readLong(in);
                total += counts[i];
            }
        }
    }
}
