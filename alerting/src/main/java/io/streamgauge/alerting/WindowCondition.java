package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Statistic;
import java.util.OptionalDouble;

/**
 * A condition on a sliding window, in panes: cells of event time of the length of {@code every}.
 * The instant {@code k} is that at {@code k * every}; its window is the panes from {@code k -
 * panes} up to {@code k}, not included.
 *
 * @param panes of the window
 * @param offset of the window that it is compared with, in panes; 0 where it is compared with none
 * @param percent whether the change is in percent
 * @param known of a number of events: for how many panes after its last one a key is known to have
 *     none
 */
record WindowCondition(
        Condition.Window window,
        long every,
        long panes,
        long offset,
        boolean percent,
        Comparison comparison,
        double level,
        OptionalDouble recovery,
        long known) {

    /** For how long a key is known to have had no events. */
    private static final long KNOWN_MILLIS = 24 * 60 * 60 * 1_000L;

    static WindowCondition of(Condition.Threshold threshold, Condition.Subject.Windowed subject) {
        return of(
                subject.window(),
                0,
                false,
                threshold.comparison(),
                threshold.level(),
                threshold.recovery());
    }

    static WindowCondition of(Condition.Change change) {
        return of(
                change.window(),
                change.offset().toMillis(),
                change.percent(),
                change.comparison(),
                change.level(),
                change.recovery());
    }

    private static WindowCondition of(
            Condition.Window window,
            long offset,
            boolean percent,
            Comparison comparison,
            double level,
            OptionalDouble recovery) {
        long every = window.every().toMillis();
        long panes = window.size().toMillis() / every;
        long reach = panes + offset / every;
        return new WindowCondition(
                window,
                every,
                panes,
                offset / every,
                percent,
                comparison,
                level,
                recovery,
                Math.max(Math.ceilDiv(KNOWN_MILLIS, every), reach));
    }

    Statistic statistic() {
        return window.statistic();
    }

    boolean isChange() {
        return offset > 0;
    }

    /** How many panes before an instant matter to it. */
    long reach() {
        return panes + offset;
    }

    /** The pane of a time. */
    long pane(long timestamp) {
        return Math.floorDiv(timestamp, every);
    }

    /**
     * Whether a window that began before the key was first heard of says too little: a sum or a
     * number of events that is small may be so for want of time.
     */
    boolean needsWholeWindow() {
        boolean grows = statistic() == Statistic.COUNT || statistic() == Statistic.SUM;
        return isChange()
                || (grows && comparison != Comparison.GREATER && comparison != Comparison.AT_LEAST);
    }

    /** Whether the condition is true of a value; by the recovery level, for one that fires. */
    boolean holds(double value, boolean firing) {
        return comparison.holds(value, level(firing));
    }

    double level(boolean firing) {
        return firing ? recovery.orElse(level) : level;
    }

    /** What is compared with the level; empty where the value before gives no measure. */
    OptionalDouble change(double value, double before) {
        if (!percent) {
            return OptionalDouble.of(value - before);
        }
        return before == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of((value - before) / Math.abs(before) * 100);
    }
}
