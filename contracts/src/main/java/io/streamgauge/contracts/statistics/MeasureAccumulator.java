package io.streamgauge.contracts.statistics;

import io.streamgauge.contracts.aggregate.MeasureStatistics;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Running statistics of one measure. The sum is compensated (Neumaier, "Rundungsfehleranalyse
 * einiger Verfahren zur Summation endlicher Summen", ZAMM 54, 1974); the variance is updated in one
 * pass (Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products",
 * Technometrics 4(3), 1962). Not for several threads at once.
 *
 * <p>The binary form is part of the jobs' state: it must not change.
 */
public final class MeasureAccumulator {

    private long count;
    private double sum;
    private double compensation;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double mean;
    private double squaredDeviations;
    private QuantileSketch sketch = new QuantileSketch();

    /** Adds a finite value, of a magnitude that {@code EventDecoder} admits. */
    public void add(double value) {
        count++;
        addToSum(value);
        min = Math.min(min, value);
        max = Math.max(max, value);
        double deviation = value - mean;
        mean += deviation / count;
        squaredDeviations += deviation * (value - mean);
        sketch.add(value);
    }

    /**
     * Adds all that another accumulator has seen: mean and squared deviations by Chan, Golub and
     * LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances",
     * COMPSTAT 1982.
     */
    public void merge(MeasureAccumulator other) {
        if (other.count == 0) {
            return;
        }
        long total = count + other.count;
        double difference = other.mean - mean;
        squaredDeviations +=
                other.squaredDeviations
                        + difference * difference * ((double) count * other.count / total);
        mean += difference * other.count / total;
        addToSum(other.sum);
        compensation += other.compensation;
        min = Math.min(min, other.min);
        max = Math.max(max, other.max);
        count = total;
        sketch.merge(other.sketch);
    }

    public boolean isEmpty() {
        return count == 0;
    }

    /** How many values were added. */
    public long count() {
        return count;
    }

    /** Their sum; 0 where there is none. */
    public double sum() {
        return sum + compensation;
    }

    /** The least of them; at least one must have been added, as for all that follow. */
    public double min() {
        return min;
    }

    /** The greatest of them. */
    public double max() {
        return max;
    }

    /** Their mean, never beyond the least or the greatest. */
    public double mean() {
        return Math.clamp(sum() / count, min, max);
    }

    /** Standard deviation of the population. */
    public double stddev() {
        return Math.sqrt(squaredDeviations / count);
    }

    /**
     * A quantile, as of {@link QuantileSketch#quantile}.
     *
     * @param q from 0 to 1
     */
    public double quantile(double q) {
        return Math.clamp(sketch.quantile(q), min, max);
    }

    /** The statistics so far; at least one value must have been added. */
    public MeasureStatistics statistics() {
        return new MeasureStatistics(
                count,
                sum(),
                min,
                max,
                mean(),
                stddev(),
                quantile(0.50),
                quantile(0.95),
                quantile(0.99));
    }

    private void addToSum(double value) {
        double next = sum + value;
        compensation +=
                Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
        sum = next;
    }

    /** Writes its binary form. */
    public void write(DataOutput out) throws IOException {
        VarInts.writeLong(out, count);
        if (count == 0) {
            return;
        }
        out.writeDouble(sum);
        out.writeDouble(compensation);
        out.writeDouble(min);
        out.writeDouble(max);
        out.writeDouble(mean);
        out.writeDouble(squaredDeviations);
        sketch.write(out);
    }

    /** Reads what {@link #write} has written. */
    public static MeasureAccumulator read(DataInput in) throws IOException {
        MeasureAccumulator accumulator = new MeasureAccumulator();
        accumulator.count = VarInts.readLong(in);
        if (accumulator.count > 0) {
            accumulator.sum = in.readDouble();
            accumulator.compensation = in.readDouble();
            accumulator.min = in.readDouble();
            accumulator.max = in.readDouble();
            accumulator.mean = in.readDouble();
            accumulator.squaredDeviations = in.readDouble();
            accumulator.sketch = QuantileSketch.read(in);
        }
        return accumulator;
    }
}
