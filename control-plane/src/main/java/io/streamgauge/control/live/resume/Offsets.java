package io.streamgauge.control.live.resume;

import java.util.Arrays;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A place in several logs at once: for each partition of each, the offset of the record that comes
 * next. Logs have small numbers, which positions that clients keep refer to. Immutable, and cheap
 * to derive from: there is one for each record that is delivered.
 */
public final class Offsets {

    /** Of no log at all. */
    public static final Offsets NONE = new Offsets(new long[0][]);

    /** One more than the highest number of a log. */
    public static final int MAX_LOGS = 16;

    private static final long[] ABSENT = {};

    private final long[][] next; // by log and partition; none of it is ever changed

    private Offsets(long[][] next) {
        this.next = next;
    }

    /** The numbers of the logs. */
    public SortedSet<Integer> logs() {
        SortedSet<Integer> logs = new TreeSet<>();
        for (int log = 0; log < next.length; log++) {
            if (next[log].length > 0) {
                logs.add(log);
            }
        }
        return logs;
    }

    /** How many partitions of a log it tells a place of; the first ones. */
    public int partitions(int log) {
        return log < next.length ? next[log].length : 0;
    }

    /** The offset that comes next; 0 where it tells of no such partition. */
    public long next(int log, int partition) {
        return partition < partitions(log) ? next[log][partition] : 0;
    }

    /** The same place but for one partition. */
    public Offsets with(int log, int partition, long offset) {
        long[][] changed = Arrays.copyOf(next, Math.max(next.length, log + 1));
        for (int added = next.length; added < changed.length; added++) {
            changed[added] = ABSENT;
        }
        changed[log] = Arrays.copyOf(changed[log], Math.max(changed[log].length, partition + 1));
        changed[log][partition] = offset;
        return new Offsets(changed);
    }

    /** The place in some of the logs. */
    public Offsets only(Collection<Integer> logs) {
        long[][] some = next.clone();
        for (int log = 0; log < some.length; log++) {
            if (!logs.contains(log)) {
                some[log] = ABSENT;
            }
        }
        return new Offsets(some);
    }

    /** Whether no partition stands before where it stands there. */
    public boolean reaches(Offsets other) {
        for (int log = 0; log < other.next.length; log++) {
            for (int partition = 0; partition < other.next[log].length; partition++) {
                if (next(log, partition) < other.next[log][partition]) {
                    return false;
                }
            }
        }
        return true;
    }

    /** How many offsets lie between this place and a later one, over all partitions. */
    public long distanceTo(Offsets later) {
        long distance = 0;
        for (int log = 0; log < later.next.length; log++) {
            for (int partition = 0; partition < later.next[log].length; partition++) {
                distance += Math.max(0, later.next[log][partition] - next(log, partition));
            }
        }
        return distance;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Offsets that
                && logs().equals(that.logs())
                && logs().stream().allMatch(log -> Arrays.equals(next[log], that.next[log]));
    }

    @Override
    public int hashCode() {
        return logs().stream().mapToInt(log -> 31 * log + Arrays.hashCode(next[log])).sum();
    }

    @Override
    public String toString() {
        return "Offsets" + Arrays.deepToString(next);
    }
}
