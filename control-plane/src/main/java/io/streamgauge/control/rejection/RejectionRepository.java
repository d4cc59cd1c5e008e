package io.streamgauge.control.rejection;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.rejection.RejectedEvent;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.rest.TimeRange;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.statement.Query;

/** Reads rows of rejected events. */
final class RejectionRepository {

    private final Database database;

    /** The place of a rejected event in the order: newest first. */
    record Position(Instant arrivedAt, int partition, long offset) {}

    RejectionRepository(Database database) {
        this.database = database;
    }

    List<RejectedEvent> find(
            TenantId tenant,
            StreamId stream,
            TimeRange range,
            Optional<RejectionReason> reason,
            Optional<Position> after,
            int limit) {
        String sql =
                """
                SELECT reason, detail, arrived_at, source_partition, source_offset, event
                FROM rejected_events
                WHERE tenant_id = :tenant AND stream_id = :stream
                    AND arrived_at >= :from AND arrived_at < :to
                    %s %s
                ORDER BY arrived_at DESC, source_partition DESC, source_offset DESC LIMIT :limit\
                """
                        .formatted(
                                reason.isEmpty() ? "" : "AND reason = :reason",
                                after.isEmpty()
                                        ? ""
                                        : "AND (arrived_at, source_partition, source_offset)"
                                                + " < (:arrived, :partition, :offset)");
        return database.inTenant(
                tenant,
                handle -> {
                    Query query =
                            handle.createQuery(sql)
                                    .bind("tenant", tenant.value())
                                    .bind("stream", stream.value())
                                    .bind("from", atUtc(range.from()))
                                    .bind("to", atUtc(range.to()))
                                    .bind("limit", limit);
                    if (reason.isPresent()) {
                        query.bind("reason", reason.get().wireName());
                    }
                    if (after.isPresent()) {
                        query.bind("arrived", atUtc(after.get().arrivedAt()))
                                .bind("partition", after.get().partition())
                                .bind("offset", after.get().offset());
                    }
                    return query.map(
                                    (row, context) ->
                                            new RejectedEvent(
                                                    tenant.value(),
                                                    stream.toString(),
                                                    RejectionReason.ofWireName(
                                                            row.getString("reason")),
                                                    row.getString("detail"),
                                                    row.getObject(
                                                                    "arrived_at",
                                                                    OffsetDateTime.class)
                                                            .toInstant(),
                                                    row.getInt("source_partition"),
                                                    row.getLong("source_offset"),
                                                    row.getString("event")))
                            .list();
                });
    }

    /** How many there are of each reason. */
    Map<String, Long> counts(TenantId tenant, StreamId stream, TimeRange range) {
        return database.inTenant(
                tenant,
                handle -> {
                    Map<String, Long> counts = new TreeMap<>();
                    handle.createQuery(
                                    """
                                    SELECT reason, count(*) AS events FROM rejected_events
                                    WHERE tenant_id = :tenant AND stream_id = :stream
                                        AND arrived_at >= :from AND arrived_at < :to
                                    GROUP BY reason\
                                    """)
                            .bind("tenant", tenant.value())
                            .bind("stream", stream.value())
                            .bind("from", atUtc(range.from()))
                            .bind("to", atUtc(range.to()))
                            .map(
                                    (row, context) ->
                                            Map.entry(
                                                    row.getString("reason"), row.getLong("events")))
                            .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
                    return counts;
                });
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
