package io.streamgauge.control.projection;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.detection.DetectionStatus;
import java.time.Instant;
import java.util.UUID;

/** One result, as its table holds it. */
sealed interface ResultRow {

    TenantId tenant();

    /** What makes two rows the same: the later of them replaces the earlier. */
    Object key();

    /** What the jobs say of a stream. */
    sealed interface OfStream extends ResultRow {

        UUID stream();
    }

    /** What comes of a stream's events, in a table with a partition for each day. */
    sealed interface OfDay extends OfStream {

        /** What decides on the partition of the table. */
        Instant time();
    }

    /** What the alerting job says of an alert. */
    sealed interface OfAlert extends ResultRow {

        UUID alert();
    }

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
            implements OfDay {

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
            implements OfDay {

        /** Of the event in its topic; the time is part of the table's key. */
        record Place(TenantId tenant, UUID stream, int partition, long offset, Instant time) {}

        @Override
        public Place key() {
            return new Place(tenant, stream, partition, offset, time);
        }
    }

    /** A row of {@code anomalies}. */
    record Unusual(Anomaly anomaly) implements OfDay {

        @Override
        public TenantId tenant() {
            return anomaly.series().tenant();
        }

        @Override
        public UUID stream() {
            return anomaly.series().stream().value();
        }

        @Override
        public Instant time() {
            return anomaly.end();
        }

        @Override
        public UUID key() {
            return anomaly.id();
        }
    }

    /** A row of {@code detection_status}. */
    record Judged(DetectionStatus status) implements OfStream {

        /** A stream in a subtask. */
        record StreamPlace(TenantId tenant, UUID stream, int subtask) {}

        @Override
        public TenantId tenant() {
            return status.tenant();
        }

        @Override
        public UUID stream() {
            return status.stream().value();
        }

        @Override
        public StreamPlace key() {
            return new StreamPlace(tenant(), stream(), status.subtask());
        }
    }

    /**
     * A row of {@code alert_instances}, or a change of one. Of one instance a batch may hold two:
     * how it began, and how it ended.
     */
    record Instance(AlertTransition transition) implements OfAlert {

        /** Begin or end of an instance. */
        record Phase(UUID instance, boolean ended) {}

        @Override
        public TenantId tenant() {
            return transition.tenant();
        }

        @Override
        public UUID alert() {
            return transition.alert().value();
        }

        @Override
        public Phase key() {
            return new Phase(transition.instance(), hasEnded());
        }

        /** Whether the instance is over. */
        boolean hasEnded() {
            return switch (transition.state()) {
                case PENDING, FIRING -> false;
                case RESOLVED, DISMISSED -> true;
            };
        }
    }

    /** A row of {@code alert_status}. */
    record Status(RuleStatus status) implements OfAlert {

        /** A version in a subtask. */
        record VersionPlace(TenantId tenant, UUID alert, long version, int subtask) {}

        @Override
        public TenantId tenant() {
            return status.tenant();
        }

        @Override
        public UUID alert() {
            return status.alert().value();
        }

        @Override
        public VersionPlace key() {
            return new VersionPlace(tenant(), alert(), status.version(), status.subtask());
        }
    }
}
