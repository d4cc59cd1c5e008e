package io.streamgauge.control.projection;

import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.UUID;

/** One result, as its table holds it. */
sealed interface ResultRow {

    TenantId tenant();

    UUID stream();

    /** What decides on the partition of the table. */
    Instant time();

    /** What makes two rows the same: the later of them replaces the earlier. */
    Object key();

    /**
     * A row of {@code aggregates}.
     *
     * @param dimensions of the series, as JSON
     * @param measures statistics by measure, as JSON
     */
    record Aggregate(
            TenantId tenant,
            UUID stream,
            int windowSeconds,
            Instant time,
            UUID series,
            String dimensions,
            int revision,
            String timing,
            long events,
            String measures)
            implements ResultRow {

        /** Series and window. */
        record SeriesWindow(
                TenantId tenant, UUID stream, int windowSeconds, Instant start, UUID series) {}

        @Override
        public SeriesWindow key() {
            return new SeriesWindow(tenant, stream, windowSeconds, time, series);
        }
    }

    /**
     * A row of {@code rejected_events}.
     *
     * @param partition of the events topic; with the offset, the event's identity
     * @param time when it arrived
     */
    record Rejection(
            TenantId tenant,
            UUID stream,
            int partition,
            long offset,
            String reason,
            String detail,
            Instant time,
            String event)
            implements ResultRow {

        /** Of the event in its topic; the time is part of the table's key. */
        record Place(TenantId tenant, UUID stream, int partition, long offset, Instant time) {}

        @Override
        public Place key() {
            return new Place(tenant, stream, partition, offset, time);
        }
    }
}
