package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.Statistic;
import io.streamgauge.contracts.statistics.MeasureAccumulator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.OptionalDouble;

/**
 * The events of a pane, or of several, reduced to what one statistic needs. Sums are compensated;
 * see {@link MeasureAccumulator}, which percentiles and the deviation are left to.
 */
final class Pane {

    private static final int VERSION = 1;

    private final Statistic statistic;
    private final MeasureAccumulator accumulator;
    private long count;
    private double number;
    private double compensation;

    private Pane(Statistic statistic, MeasureAccumulator accumulator) {
        this.statistic = statistic;
        this.accumulator = accumulator;
        this.number =
                switch (statistic) {
                    case MIN -> Double.POSITIVE_INFINITY;
                    case MAX -> Double.NEGATIVE_INFINITY;
                    default -> 0;
                };
    }

    static Pane of(Statistic statistic) {
        return new Pane(statistic, new MeasureAccumulator());
    }

    void add(double value) {
        count++;
        switch (statistic) {
            case COUNT -> {}
            case SUM, MEAN -> addToSum(value);
            case MIN -> number = Math.min(number, value);
            case MAX -> number = Math.max(number, value);
            case STDDEV, P50, P90, P95, P99 -> accumulator.add(value);
        }
    }

    void merge(Pane other) {
        count += other.count;
        switch (statistic) {
            case COUNT -> {}
            case SUM, MEAN -> {
                addToSum(other.number);
                compensation += other.compensation;
            }
            case MIN -> number = Math.min(number, other.number);
            case MAX -> number = Math.max(number, other.number);
            case STDDEV, P50, P90, P95, P99 -> accumulator.merge(other.accumulator);
        }
    }

    private void addToSum(double value) {
        double next = number + value;
        compensation +=
                Math.abs(number) >= Math.abs(value)
                        ? (number - next) + value
                        : (value - next) + number;
        number = next;
    }

    /** The statistic; of nothing there is none but the count. */
    OptionalDouble value() {
        if (statistic == Statistic.COUNT) {
            return OptionalDouble.of((double) count);
        }
        if (count == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                switch (statistic) {
                    case COUNT -> (double) count;
                    case SUM -> number + compensation;
                    case MEAN -> (number + compensation) / count;
                    case MIN, MAX -> number;
                    case STDDEV -> accumulator.stddev();
                    case P50 -> accumulator.quantile(0.50);
                    case P90 -> accumulator.quantile(0.90);
                    case P95 -> accumulator.quantile(0.95);
                    case P99 -> accumulator.quantile(0.99);
                });
    }

    byte[] toBytes() {
        StateWriter out = new StateWriter();
        out.number(VERSION).number(count);
        switch (statistic) {
            case COUNT -> {}
            case SUM, MEAN -> out.real(number).real(compensation);
            case MIN, MAX -> out.real(number);
            case STDDEV, P50, P90, P95, P99 -> {
                try {
                    accumulator.write(out.out());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        return out.toBytes();
    }

    static Pane fromBytes(Statistic statistic, byte[] bytes) {
        StateReader in = new StateReader(bytes);
        in.version("pane", VERSION);
        long count = in.number();
        Pane pane = new Pane(statistic, accumulator(statistic, in));
        pane.count = count;
        switch (statistic) {
            case COUNT, STDDEV, P50, P90, P95, P99 -> {}
            case SUM, MEAN -> {
                pane.number = in.real();
                pane.compensation = in.real();
            }
            case MIN, MAX -> pane.number = in.real();
        }
        return pane;
    }

    private static MeasureAccumulator accumulator(Statistic statistic, StateReader in) {
        return switch (statistic) {
            case COUNT, SUM, MEAN, MIN, MAX -> new MeasureAccumulator();
            case STDDEV, P50, P90, P95, P99 -> {
                try {
                    yield MeasureAccumulator.read(in.in());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
    }
}
