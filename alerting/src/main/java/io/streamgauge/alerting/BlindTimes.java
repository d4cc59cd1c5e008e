package io.streamgauge.alerting;

/**
 * When the platform could not take events: intervals of the clock without a stamp in some
 * partition. Silence in such a time says nothing of whoever is silent. For one thread.
 */
public final class BlindTimes {

    private final Intervals intervals;

    /** No such time yet. */
    public BlindTimes() {
        this(new Intervals());
    }

    private BlindTimes(Intervals intervals) {
        this.intervals = intervals;
    }

    /** Adds an interval; any order, any number of times. */
    public void add(long from, long to) {
        intervals.add(from, to);
    }

    /** How long it was blind between two times. */
    public long within(long from, long to) {
        return intervals.within(from, to);
    }

    /** Whether there is no such time. */
    public boolean isEmpty() {
        return intervals.size() == 0;
    }

    /** Forgets what ended at a time or before. */
    public void forget(long until) {
        intervals.forget(until);
    }

    void addTo(Intervals target, long from, long to) {
        intervals.visit(from, to, target::add);
    }

    /** Binary form, for {@link #fromBytes}. */
    public byte[] toBytes() {
        return intervals.toBytes();
    }

    /** Reads what {@link #toBytes} has written. */
    public static BlindTimes fromBytes(byte[] bytes) {
        return new BlindTimes(Intervals.fromBytes(bytes));
    }
}
