package io.streamgauge.alerting;

import java.util.Comparator;

/**
 * Turn of an event among those of its key that are judged in the order of their timestamps. The
 * order of the components is the order of the turns.
 *
 * @param timestamp milliseconds since the epoch; so is the arrival
 */
public record QueuePosition(long timestamp, long arrival, int partition, long offset)
        implements Comparable<QueuePosition> {

    private static final Comparator<QueuePosition> ORDER =
            Comparator.comparingLong(QueuePosition::timestamp)
                    .thenComparingLong(QueuePosition::arrival)
                    .thenComparingInt(QueuePosition::partition)
                    .thenComparingLong(QueuePosition::offset);

    @Override
    public int compareTo(QueuePosition other) {
        return ORDER.compare(this, other);
    }
}
