package io.streamgauge.jobs.alerting;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Something on its way to the rules of one grouping: one copy of it, however many of them want it.
 *
 * @param kind what it is
 * @param group text of the {@link GroupKey}: what the keyed operator's state is under
 * @param arrival when the platform took the event in, or what it is about was decided; in
 *     milliseconds since the epoch
 * @param partition of the topic that it comes from, with {@code offset} its identity there
 * @param rules the versions that it can matter to, as {@link RuleRefs} writes them
 * @param value as it was sent; empty where there is nothing to say but that there was something
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared by equals
public record GroupedEvent(
        Kind kind,
        String group,
        long arrival,
        int partition,
        long offset,
        long[] rules,
        byte[] value) {

    /** What comes to a group. */
    public enum Kind {
        /** An event of the group's stream. */
        EVENT,
        /** Word that the stream had an event, whatever its group. */
        ACTIVITY,
        /** An unusual point of a series of the group. */
        ANOMALY,
        /** What an alert does that the group's composite is made of. */
        MEMBER
    }

    /**
     * The order in which a task judges what it has, a property of the log alone: two tasks that
     * share partitions in another way see the same.
     */
    static final Comparator<GroupedEvent> ORDER =
            Comparator.comparingLong(GroupedEvent::arrival)
                    .thenComparingInt(GroupedEvent::partition)
                    .thenComparingLong(GroupedEvent::offset)
                    .thenComparing(GroupedEvent::kind)
                    .thenComparing(GroupedEvent::group)
                    .thenComparing(GroupedEvent::value, Arrays::compare);

    /** About what it takes of the heap. */
    long bytes() {
        return 200L + 2L * group.length() + 8L * rules.length + value.length;
    }
}
