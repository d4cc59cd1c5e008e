package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.statistics.MeasureAccumulator;
import java.util.Locale;

/** What a window's events are reduced to. */
public enum Statistic {
    /** How many events there were; the only one that needs no measure, and that nothing is 0 of. */
    COUNT,
    SUM,
    MEAN,
    MIN,
    MAX,
    /** Of the population. */
    STDDEV,
    P50,
    P90,
    P95,
    P99;

    /** Name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Its value of the values that were added; of none, 0 as a count and else NaN. */
    public double of(MeasureAccumulator values) {
        if (this == COUNT) {
            return values.count();
        }
        if (values.isEmpty()) {
            return Double.NaN;
        }
        return switch (this) {
            case COUNT -> values.count();
            case SUM -> values.sum();
            case MEAN -> values.mean();
            case MIN -> values.min();
            case MAX -> values.max();
            case STDDEV -> values.stddev();
            case P50 -> values.quantile(0.50);
            case P90 -> values.quantile(0.90);
            case P95 -> values.quantile(0.95);
            case P99 -> values.quantile(0.99);
        };
    }
}
