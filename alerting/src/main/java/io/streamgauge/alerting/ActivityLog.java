package io.streamgauge.alerting;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * When a stream, as a whole, had no events: the gaps between its events that are long enough to
 * matter. The same whatever the order in which activity is told, and however often.
 *
 * <p>Activity counts to the end of its second, so that it is enough to tell of one event in each
 * second. For one thread.
 */
public final class ActivityLog {

    /** Activity lasts to the end of its interval of this length. */
    public static final long GRAIN_MILLIS = 1_000;

    /** No shorter gaps are told from a slow stream's ordinary pace. */
    public static final long LEAST_GAP_MILLIS = 2_000;

    private static final int HEADER_BYTES = 3 * Long.BYTES;

    private final Intervals gaps;
    private long leastGap;
    private long first;
    private long last;

    /**
     * No activity yet.
     *
     * @param leastGap how long a gap must be to be remembered
     */
    public ActivityLog(long leastGap) {
        this(new Intervals(), Math.max(leastGap, LEAST_GAP_MILLIS), Long.MAX_VALUE, Long.MIN_VALUE);
    }

    private ActivityLog(Intervals gaps, long leastGap, long first, long last) {
        this.gaps = gaps;
        this.leastGap = leastGap;
        this.first = first;
        this.last = last;
    }

    /** The gap that an absence of some duration cares for. */
    public static long leastGapOf(long duration) {
        return Math.max(duration / 2, LEAST_GAP_MILLIS);
    }

    /** Remembers, from now on, also gaps that are shorter than before. */
    public void remember(long shorterGap) {
        leastGap = Math.min(leastGap, Math.max(shorterGap, LEAST_GAP_MILLIS));
    }

    /** Until when an event keeps its stream active. */
    public static long activeUntil(long arrival) {
        return Math.floorDiv(arrival, GRAIN_MILLIS) * GRAIN_MILLIS + GRAIN_MILLIS - 1;
    }

    /** The stream had an event. */
    public void add(long arrival) {
        long at = activeUntil(arrival);
        if (first > last) {
            first = at;
            last = at;
        } else if (at > last) {
            addGap(last, at);
            last = at;
        } else if (at < first) {
            addGap(at, first);
            first = at;
        } else {
            split(at);
        }
    }

    private void split(long at) {
        Map.Entry<Long, Long> gap = gaps.map().lowerEntry(at);
        if (gap == null || gap.getValue() <= at) {
            return;
        }
        gaps.map().remove(gap.getKey());
        addGap(gap.getKey(), at);
        addGap(at, gap.getValue());
    }

    private void addGap(long from, long to) {
        if (to - from >= leastGap) {
            // Not through add(), which would join gaps that an event lies between.
            gaps.map().put(from, to);
        }
    }

    /**
     * Adds the gaps between two times, as far as they can be known at the second one: a gap counts
     * once it is long enough.
     */
    void addGapsTo(Intervals target, long from, long to, long least) {
        if (first > last) {
            return;
        }
        Map.Entry<Long, Long> earliest = gaps.map().floorEntry(from);
        long begin = earliest == null ? from : earliest.getKey();
        if (begin < to) {
            gaps.map()
                    .subMap(begin, true, to, false)
                    .forEach((low, high) -> addPart(target, low, Math.min(high, to), from, least));
        }
        addPart(target, last, to, from, least);
    }

    private static void addPart(Intervals target, long low, long high, long from, long least) {
        if (high - low >= least && high > from) {
            target.add(Math.max(low, from), high);
        }
    }

    /** Forgets gaps that ended at a time or before. */
    public void forget(long until) {
        gaps.forget(until);
    }

    /** Binary form, for {@link #fromBytes}. */
    public byte[] toBytes() {
        byte[] tail = gaps.toBytes();
        return ByteBuffer.allocate(HEADER_BYTES + tail.length)
                .putLong(leastGap)
                .putLong(first)
                .putLong(last)
                .put(tail)
                .array();
    }

    /** Reads what {@link #toBytes} has written. */
    public static ActivityLog fromBytes(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        long leastGap = in.getLong();
        long first = in.getLong();
        long last = in.getLong();
        byte[] tail = new byte[in.remaining()];
        in.get(tail);
        return new ActivityLog(Intervals.fromBytes(tail), leastGap, first, last);
    }
}
