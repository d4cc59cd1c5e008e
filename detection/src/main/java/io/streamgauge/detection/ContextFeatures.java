package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What a model sees of a series: all its measures at once, and their context. Training and the
 * anomaly job use this same class, point by point, so that what a model has learned is what it is
 * shown. Not for several threads at once.
 *
 * <p>In this order: sine and cosine of the time of day (UTC), then of each measure its level (an
 * exponential mean over about twelve points, before this one), then of each its value, then of each
 * its change since the point before.
 */
public final class ContextFeatures {

    /** Changes when the features do; a model tells which it was trained with. */
    public static final int VERSION = 1;

    /** No series of more measures has a model. */
    public static final int MAX_MEASURES = 32;

    private static final double DAY = 86_400_000;
    private static final double LEVEL_STEP = 2.0 / 13;

    /** Of a larger magnitude the squares of features were infinite. */
    private static final double MAX_MAGNITUDE = 1e30;

    private final double[] levels;
    private final double[] last;
    private final boolean[] known;

    /**
     * @param measures how many; from 1 to {@link #MAX_MEASURES}
     */
    public ContextFeatures(int measures) {
        if (measures < 1 || measures > MAX_MEASURES) {
            throw new IllegalArgumentException(
                    "measures: " + measures + " (expected: 1 to " + MAX_MEASURES + ")");
        }
        levels = new double[measures];
        last = new double[measures];
        known = new boolean[measures];
    }

    /** How many features so many measures have. */
    public static int count(int measures) {
        return 2 + 3 * measures;
    }

    int measures() {
        return levels.length;
    }

    /** Where the value of a measure is among the features. */
    static int valueOf(int measure, int measures) {
        return 2 + measures + measure;
    }

    /** The features of a point, were a measure's value that of another point. */
    public static double[] withValueOf(
            double[] features, double[] other, int measure, int measures) {
        double[] changed = features.clone();
        int value = valueOf(measure, measures);
        changed[value] = other[value];
        changed[value + measures] += other[value] - features[value];
        return changed;
    }

    /**
     * The features of the next point.
     *
     * @param values one a measure; where it is not finite the measure is missing and taken to be
     *     what it was, or 0 where it was never seen
     * @return a new array of finite numbers
     */
    public double[] next(long timeMillis, double[] values) {
        int measures = levels.length;
        double[] features = new double[count(measures)];
        double angle = 2 * Math.PI * Math.floorMod(timeMillis, (long) DAY) / DAY;
        features[0] = Math.sin(angle);
        features[1] = Math.cos(angle);
        for (int i = 0; i < measures; i++) {
            double value = last[i];
            if (Double.isFinite(values[i])) {
                value = Math.clamp(values[i], -MAX_MAGNITUDE, MAX_MAGNITUDE);
                if (!known[i]) {
                    known[i] = true;
                    levels[i] = value;
                    last[i] = value;
                }
            }
            features[2 + i] = levels[i];
            features[valueOf(i, measures)] = value;
            features[2 + 2 * measures + i] = value - last[i];
            levels[i] += LEVEL_STEP * (value - levels[i]);
            last[i] = value;
        }
        return features;
    }

    void save(DataOutput out) throws IOException {
        VarInts.writeInt(out, levels.length);
        for (int i = 0; i < levels.length; i++) {
            out.writeDouble(levels[i]);
            out.writeDouble(last[i]);
            out.writeBoolean(known[i]);
        }
    }

    static ContextFeatures read(DataInput in) throws IOException {
        ContextFeatures features =
                new ContextFeatures(
                        Saved.bounded(VarInts.readInt(in), 1, MAX_MEASURES, "measures"));
        for (int i = 0; i < features.levels.length; i++) {
            features.levels[i] = in.readDouble();
            features.last[i] = in.readDouble();
            features.known[i] = in.readBoolean();
        }
        return features;
    }
}
