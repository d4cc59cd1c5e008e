package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.aggregate.MeasureStatistics;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Running statistics of one measure. The sum is compensated (Neumaier, "Rundungsfehleranalyse
 * einiger Verfahren zur Summation endlicher Summen", ZAMM 54, 1974); the variance is updated in one
 * pass (Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products",
 * Technometrics 4(3), 1962).
 */
final class MeasureAccumulator {

    private long count;
    private double sum;
    private double compensation;
    private double min = Double.POSITIVE_INFINITY;
    private double max = Double.NEGATIVE_INFINITY;
    private double mean;
    private double squaredDeviations;
    private QuantileSketch sketch = new QuantileSketch();

    /** Adds a finite value, of a magnitude that {@code EventDecoder} admits. */
    void add(double value) {
        count++;
        double next = sum + value;
        compensation +=
                Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
        sum = next;
        min = Math.min(min, value);
        max = Math.max(max, value);
        double deviation = value - mean;
        mean += deviation / count;
        squaredDeviations += deviation * (value - mean);
        sketch.add(value);
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The statistics so far; at least one value must have been added. */
    MeasureStatistics statistics() {
        double total = sum + compensation;
        return new MeasureStatistics(
                count,
                total,
                min,
                max,
                Math.clamp(total / count, min, max),
                Math.sqrt(squaredDeviations / count),
                quantile(0.50),
                quantile(0.95),
                quantile(0.99));
    }

    private double quantile(double q) {
        return Math.clamp(sketch.quantile(q), min, max);
    }

    void write(DataOutputView out) throws IOException {
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

    static MeasureAccumulator read(DataInputView in) throws IOException {
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
