package io.streamgauge.contracts.alert;

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
}
