package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Arrays;

/**
 * Turns a feature that is large when something is unusual into how rare it is for this series: the
 * negative decimal logarithm of the share of the past that was at least as large. All of the past
 * counts, none is forgotten, in constant memory: a histogram on a logarithmic scale. Below the
 * past's 97 % quantile the share is read off it; above, where too few points are, off a generalised
 * Pareto distribution fitted by moments to what exceeds the quantile (Hosking and Wallis,
 * "Parameter and Quantile Estimation for the Generalized Pareto Distribution", Technometrics 29(3),
 * 1987), its shape held between 0 and 0.5.
 *
 * <p>The histogram's range follows the bulk of the values. Single ones beyond count as its largest,
 * so that one absurd value does not blind the series for all that follow.
 */
final class TailCalibrator {

    static final int BUCKETS = 256;

    private static final double GROWTH = Math.log(1.1);

    /** Where the first value is put, and the bulk after a new beginning. */
    private static final int HOME = BUCKETS * 3 / 4;

    /**
     * Buckets, a factor of ten, by which a value in the tail may be above the next below it: what
     * is farther apart counts as that far in the moments.
     */
    private static final int APART = 24;

    private static final double TAIL_SHARE = 0.03;
    private static final double MAX_SHAPE = 0.5;

    /** How many orders of magnitude beyond what the past can show the fitted tail is believed. */
    private static final double MAX_EXTRAPOLATION = 3;

    /** Rarity, beyond that of a whole past without any, of a first value that is not zero. */
    private static final double FIRST = 0.5;

    /** Below so many values there is no past to compare with. */
    private static final int LEAST = 10;

    private static final double LN10 = Math.log(10);

    private final int[] counts = new int[BUCKETS];
    private boolean placed;
    private int base;
    private long total;
    private double threshold;
    private double limit = Double.MAX_VALUE;
    private long exceeding;
    private double sum;
    private double squares;
    private long refitAt;

    /**
     * @param feature finite, at least 0
     * @return at least 0; 0 while there is too little past
     */
    double rarity(double feature) {
        if (total < LEAST || feature <= 0) {
            return 0;
        }
        double most = Math.log10(total + 1.0);
        if (feature <= threshold || exceeding == 0) {
            return most - Math.log10(atLeast(feature) + 1);
        }
        double mean = sum / exceeding;
        if (mean <= 0) {
            return most + FIRST;
        }
        double beyond = (feature - threshold) / mean;
        double shape = shape(mean);
        double decades =
                shape < 1e-3
                        ? beyond / LN10
                        : Math.log1p(shape * beyond / (1 - shape)) / (shape * LN10);
        return Math.min(
                most + MAX_EXTRAPOLATION,
                most - Math.log10(exceeding + 0.5) + Math.max(0, decades));
    }

    /** The feature of this rarity, roughly: the inverse of {@link #rarity}; 0 without a past. */
    double ofRarity(double rarity) {
        if (total < LEAST || exceeding == 0) {
            return 0;
        }
        double decades = rarity - Math.log10((total + 1.0) / (exceeding + 0.5));
        if (decades <= 0) {
            return threshold;
        }
        double mean = sum / exceeding;
        double shape = shape(mean);
        double beyond =
                shape < 1e-3
                        ? decades * LN10
                        : Math.expm1(shape * decades * LN10) * (1 - shape) / shape;
        return threshold + mean * beyond;
    }

    /**
     * @param feature finite, at least 0
     */
    void add(double feature) {
        total++;
        if (feature > 0) {
            count(feature);
        }
        if (total >= refitAt) {
            refit();
            refitAt = total + Math.max(1, total / 50);
        }
    }

    long total() {
        return total;
    }

    private double shape(double mean) {
        double variance = squares / exceeding - mean * mean;
        return variance <= 0 ? 0 : Math.clamp(0.5 * (1 - mean * mean / variance), 0, MAX_SHAPE);
    }

    private double atLeast(double feature) {
        if (!placed) {
            return 0;
        }
        double position = Math.log(feature) / GROWTH - base;
        if (position >= BUCKETS) {
            return 0;
        }
        int bucket = (int) Math.max(0, position);
        double part = position <= 0 ? 1 : bucket + 1 - position;
        double above = counts[bucket] * part;
        for (int i = bucket + 1; i < BUCKETS; i++) {
            above += counts[i];
        }
        return above;
    }

    private void count(double feature) {
        int position = (int) Math.floor(Math.log(feature) / GROWTH);
        if (!placed) {
            placed = true;
            base = position - HOME;
        }
        if (position - base >= BUCKETS) {
            makeRoomFor(position);
        }
        int bucket = Math.clamp(position - base, 0, BUCKETS - 1);
        if (counts[bucket] < Integer.MAX_VALUE) {
            counts[bucket]++;
        }
        double kept = Math.min(feature, limit);
        if (kept > threshold) {
            exceeding++;
            sum += kept - threshold;
            squares += (kept - threshold) * (kept - threshold);
        }
    }

    /**
     * Moves the range up, unless that took more than half of the past to the lowest bucket. Where
     * more than half is beyond the range, it begins anew: what was beyond is taken to be like this
     * value.
     */
    private void makeRoomFor(int position) {
        int by = Math.max(position - base - BUCKETS + 1, 8);
        long present = sumOf(0, BUCKETS);
        if (by < BUCKETS) {
            long lowest = sumOf(0, by + 1);
            if (lowest > present / 2) {
                return;
            }
            System.arraycopy(counts, by, counts, 0, BUCKETS - by);
            Arrays.fill(counts, BUCKETS - by, BUCKETS, 0);
            counts[0] = (int) Math.min(Integer.MAX_VALUE, lowest);
            base += by;
        } else if (counts[BUCKETS - 1] > present / 2) {
            int beyond = counts[BUCKETS - 1];
            Arrays.fill(counts, 0);
            counts[0] = (int) Math.min(Integer.MAX_VALUE, present - beyond);
            counts[HOME] = beyond;
            base = position - HOME;
            refitAt = total;
        }
    }

    private long sumOf(int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += counts[i];
        }
        return sum;
    }

    /** Finds the quantile above which the tail is fitted, and the moments of what exceeds it. */
    private void refit() {
        double most = Math.max(1, TAIL_SHARE * total);
        long above = 0;
        int first = BUCKETS;
        while (first > 0 && above + counts[first - 1] <= most) {
            above += counts[--first];
        }
        threshold = first == 0 ? 0 : edge(first);
        exceeding = above;
        sum = 0;
        squares = 0;
        double next = first;
        for (int i = first; i < BUCKETS; i++) {
            if (counts[i] > 0) {
                double at = i == first ? i : Math.min(i, next + APART);
                double excess = Math.exp((base + at + 0.5) * GROWTH) - threshold;
                sum += counts[i] * excess;
                squares += counts[i] * excess * excess;
                next = at;
            }
        }
        limit = Math.exp((base + next + APART) * GROWTH);
    }

    private double edge(int bucket) {
        return Math.exp((base + bucket) * GROWTH);
    }

    void save(DataOutput out) throws IOException {
        VarInts.writeLong(out, total);
        out.writeBoolean(placed);
        VarInts.writeSigned(out, base);
        out.writeDouble(threshold);
        out.writeDouble(limit);
        VarInts.writeLong(out, exceeding);
        out.writeDouble(sum);
        out.writeDouble(squares);
        VarInts.writeLong(out, refitAt);
        int from = 0;
        int to = BUCKETS;
        while (from < to && counts[from] == 0) {
            from++;
        }
        while (from < to && counts[to - 1] == 0) {
            to--;
        }
        VarInts.writeInt(out, from);
        VarInts.writeInt(out, to);
        for (int i = from; i < to; i++) {
            VarInts.writeInt(out, counts[i]);
        }
    }

    static TailCalibrator read(DataInput in) throws IOException {
        TailCalibrator calibrator = new TailCalibrator();
        calibrator.total = VarInts.readLong(in);
        calibrator.placed = in.readBoolean();
        calibrator.base = VarInts.readSigned(in);
        calibrator.threshold = in.readDouble();
        calibrator.limit = in.readDouble();
        calibrator.exceeding = VarInts.readLong(in);
        calibrator.sum = in.readDouble();
        calibrator.squares = in.readDouble();
        calibrator.refitAt = VarInts.readLong(in);
        int from = Saved.bounded(VarInts.readInt(in), 0, BUCKETS, "first bucket");
        int to = Saved.bounded(VarInts.readInt(in), from, BUCKETS, "last bucket");
        for (int i = from; i < to; i++) {
            calibrator.counts[i] = VarInts.readInt(in);
        }
        return calibrator;
    }
}
