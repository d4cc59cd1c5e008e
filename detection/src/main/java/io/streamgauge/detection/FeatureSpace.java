package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/**
 * The space in which a linear one-class machine is sound: it separates data from the origin, so
 * what is usual must be far from it. Features are standardised by the training past's median and
 * quartiles and made independent of those before them (by the Cholesky factor of their covariance:
 * what remains of a measure is what the others do not tell of it). Of these, {@code exp(-u²/18)} is
 * near 1 while usual, and cosines of random projections (Rahimi and Recht, "Random Features for
 * Large-Scale Kernel Machines", NIPS 2007) approximate a Gaussian kernel over all of them.
 *
 * <p>Immutable. The projections are drawn anew from a seed and not stored; {@link Random} is
 * specified to draw the same everywhere.
 */
public final class FeatureSpace {

    /** How many cosines; more changed little, and each costs. */
    public static final int COSINES = 128;

    private static final double CLIP = 12;

    /** What is left of a feature's variance at least, where others tell all of it. */
    private static final double RIDGE = 0.002;

    private static final double WIDTH = 18;

    private final double[] centers;
    private final double[] scales;
    private final double[][] factor;
    private final long seed;
    private final float[][] projections;
    private final float[] phases;
    private final double[][] directions;

    private FeatureSpace(double[] centers, double[] scales, double[][] factor, long seed) {
        this.centers = centers;
        this.scales = scales;
        this.factor = factor;
        this.seed = seed;
        directions = directions();
        int dimensions = centers.length;
        Random random = new Random(seed);
        projections = new float[COSINES][dimensions];
        phases = new float[COSINES];
        // Distances of usual points grow with the root of the dimensions; the kernel with them.
        double bandwidth = 1 / (2 * Math.sqrt(dimensions));
        for (int i = 0; i < COSINES; i++) {
            for (int j = 0; j < dimensions; j++) {
                projections[i][j] = (float) (bandwidth * random.nextGaussian());
            }
            phases[i] = (float) (2 * Math.PI * random.nextDouble());
        }
    }

    /**
     * Learns it from the features of the past.
     *
     * @param rows at least 2, all of the same length
     */
    public static FeatureSpace of(List<double[]> rows, long seed) {
        if (rows.size() < 2) {
            throw new IllegalArgumentException("rows: " + rows.size() + " (expected: at least 2)");
        }
        int dimensions = rows.getFirst().length;
        double[] centers = new double[dimensions];
        double[] scales = new double[dimensions];
        for (int i = 0; i < dimensions; i++) {
            int column = i;
            double[] sorted = rows.stream().mapToDouble(row -> row[column]).sorted().toArray();
            centers[i] = sorted[sorted.length / 2];
            scales[i] = scale(sorted);
        }
        double[][] covariance = new double[dimensions][dimensions];
        for (double[] row : rows) {
            double[] z = standardised(row, centers, scales);
            for (int i = 0; i < dimensions; i++) {
                for (int j = 0; j <= i; j++) {
                    covariance[i][j] += z[i] * z[j] / rows.size();
                }
            }
        }
        return new FeatureSpace(centers, scales, cholesky(covariance), seed);
    }

    /** From the quartiles, else from the 1st and 99th percentiles, else from the magnitude. */
    private static double scale(double[] sorted) {
        int n = sorted.length;
        double quartiles = (sorted[n * 3 / 4] - sorted[n / 4]) / 1.349;
        double most = (sorted[n * 99 / 100] - sorted[n / 100]) / 4.652;
        double scale = quartiles > 0 ? Math.max(quartiles, most / 2) : most;
        return scale > 0 ? scale : 1e-9 + 1e-3 * Math.abs(sorted[n / 2]);
    }

    private static double[][] cholesky(double[][] covariance) {
        int n = covariance.length;
        double[][] factor = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = covariance[i][j] + (i == j ? RIDGE : 0);
                for (int k = 0; k < j; k++) {
                    sum -= factor[i][k] * factor[j][k];
                }
                factor[i][j] = i == j ? Math.sqrt(Math.max(sum, RIDGE / 4)) : sum / factor[j][j];
            }
        }
        return factor;
    }

    private static double[] standardised(double[] row, double[] centers, double[] scales) {
        double[] z = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            z[i] = Math.clamp((row[i] - centers[i]) / scales[i], -CLIP, CLIP);
        }
        return z;
    }

    /** How many features a point has before it is mapped. */
    int dimensions() {
        return centers.length;
    }

    /** How many coordinates a mapped point has. */
    public int size() {
        return centers.length + COSINES;
    }

    /** A point's coordinates: bounded, and large when it is usual. */
    public double[] map(double[] features) {
        return mapped(independent(features));
    }

    /** A point's features, standardised and independent of those before them. */
    double[] independent(double[] features) {
        return solved(standardised(features, centers, scales));
    }

    /**
     * @param u independent features
     */
    double[] mapped(double[] u) {
        double[] mapped = new double[size()];
        for (int i = 0; i < u.length; i++) {
            mapped[i] = Math.exp(-u[i] * u[i] / WIDTH);
        }
        double amplitude = Math.sqrt(2.0 / COSINES);
        for (int i = 0; i < COSINES; i++) {
            double angle = phases[i];
            float[] projection = projections[i];
            for (int j = 0; j < u.length; j++) {
                angle += projection[j] * u[j];
            }
            mapped[u.length + i] = amplitude * Math.cos(angle);
        }
        return mapped;
    }

    /**
     * By how much a measure differs from what all else lets expect, were all jointly normal: the
     * change of its value, and with it of its step, that would make the point the likeliest.
     *
     * @param u independent features
     */
    Surprise surprise(double[] u, int measure) {
        double[] direction = directions[measure];
        double along = 0;
        double precision = 0;
        for (int i = 0; i < u.length; i++) {
            along += direction[i] * u[i];
            precision += direction[i] * direction[i];
        }
        double deviation = 1 / Math.sqrt(precision);
        return new Surprise(along / precision, deviation, Math.abs(along) * deviation);
    }

    /**
     * @param difference from what was expected
     * @param deviation of such differences
     * @param size of the difference, in deviations
     */
    record Surprise(double difference, double deviation, double size) {}

    private double[][] directions() {
        int measures = (centers.length - 2) / 3;
        double[][] directions = new double[measures][];
        for (int i = 0; i < measures; i++) {
            int value = ContextFeatures.valueOf(i, measures);
            double[] unit = new double[centers.length];
            unit[value] = 1 / scales[value];
            unit[value + measures] = 1 / scales[value + measures];
            directions[i] = solved(unit);
        }
        return directions;
    }

    private double[] solved(double[] z) {
        double[] u = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            double sum = z[i];
            for (int k = 0; k < i; k++) {
                sum -= factor[i][k] * u[k];
            }
            u[i] = sum / factor[i][i];
        }
        return u;
    }

    void save(DataOutput out) throws IOException {
        VarInts.writeInt(out, centers.length);
        out.writeLong(seed);
        for (int i = 0; i < centers.length; i++) {
            out.writeDouble(centers[i]);
            out.writeDouble(scales[i]);
            for (int j = 0; j <= i; j++) {
                out.writeDouble(factor[i][j]);
            }
        }
    }

    static FeatureSpace read(DataInput in) throws IOException {
        int dimensions =
                Saved.bounded(
                        VarInts.readInt(in),
                        1,
                        ContextFeatures.count(ContextFeatures.MAX_MEASURES),
                        "features");
        long seed = in.readLong();
        double[] centers = new double[dimensions];
        double[] scales = new double[dimensions];
        double[][] factor = new double[dimensions][dimensions];
        for (int i = 0; i < dimensions; i++) {
            centers[i] = Saved.finite(in.readDouble(), "center");
            scales[i] = Saved.positive(in.readDouble(), "scale");
            for (int j = 0; j <= i; j++) {
                factor[i][j] = Saved.finite(in.readDouble(), "factor");
            }
            Saved.positive(factor[i][i], "factor");
        }
        return new FeatureSpace(centers, scales, factor, seed);
    }
}
