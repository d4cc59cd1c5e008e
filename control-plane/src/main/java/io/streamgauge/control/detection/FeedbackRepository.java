package io.streamgauge.control.detection;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of feedback. Every query names the tenant. */
final class FeedbackRepository {

    /** Of a stream; when there is more, the oldest goes. */
    static final int MOST = 10_000;

    private static final String SELECT =
            """
            SELECT anomaly_id, window_end, window_seconds, series_id, dimensions, measure, verdict,
                note, said_at, said_by
            FROM anomaly_feedback WHERE tenant_id = :tenant AND stream_id = :stream
            """;

    /** The place of an item in the list: what was said last comes first. */
    record Position(Instant saidAt, UUID anomaly) {}

    Optional<Feedback> find(Handle handle, TenantId tenant, StreamId stream, UUID anomaly) {
        return handle.createQuery(SELECT + " AND anomaly_id = :anomaly")
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("anomaly", anomaly)
                .map(FeedbackRepository::feedback)
                .findOne();
    }

    /** An anomaly that is stored, as feedback that says nothing yet. */
    Optional<Feedback> anomaly(Handle handle, TenantId tenant, StreamId stream, UUID anomaly) {
        return handle.createQuery(
                        """
                        SELECT anomaly_id, window_end, window_seconds, series_id, dimensions,
                            measure, true AS verdict, '' AS note, window_end AS said_at,
                            '' AS said_by
                        FROM anomalies
                        WHERE tenant_id = :tenant AND stream_id = :stream AND anomaly_id = :anomaly
                        LIMIT 1\
                        """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("anomaly", anomaly)
                .map(FeedbackRepository::feedback)
                .findOne();
    }

    List<Feedback> list(
            Handle handle,
            TenantId tenant,
            StreamId stream,
            Optional<Boolean> verdict,
            Optional<Position> after,
            int limit) {
        Query query =
                handle.createQuery(
                                SELECT
                                        + (verdict.isPresent() ? " AND verdict = :verdict" : "")
                                        + (after.isPresent()
                                                ? " AND (said_at, anomaly_id) < (:at, :anomaly)"
                                                : "")
                                        + " ORDER BY said_at DESC, anomaly_id DESC LIMIT :limit")
                        .bind("tenant", tenant.value())
                        .bind("stream", stream.value())
                        .bind("limit", limit);
        verdict.ifPresent(it -> query.bind("verdict", it));
        after.ifPresent(
                it ->
                        query.bind("at", it.saidAt().atOffset(ZoneOffset.UTC))
                                .bind("anomaly", it.anomaly()));
        return query.map(FeedbackRepository::feedback).list();
    }

    /** All about windows of a range. */
    List<Feedback> about(
            Handle handle, TenantId tenant, StreamId stream, Instant from, Instant to) {
        return handle.createQuery(SELECT + " AND window_end > :from AND window_end <= :to")
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("from", from.atOffset(ZoneOffset.UTC))
                .bind("to", to.atOffset(ZoneOffset.UTC))
                .map(FeedbackRepository::feedback)
                .list();
    }

    /** Writes what was said, in the place of what was said before. */
    void save(Handle handle, TenantId tenant, StreamId stream, Feedback feedback) {
        handle.createUpdate(
                        """
                        INSERT INTO anomaly_feedback (tenant_id, stream_id, anomaly_id, window_end,
                            window_seconds, series_id, dimensions, measure, verdict, note, said_at,
                            said_by)
                        VALUES (:tenant, :stream, :anomaly, :end, :window, :series,
                            CAST(:dimensions AS jsonb), :measure, :verdict, :note, :at, :by)
                        ON CONFLICT (tenant_id, stream_id, anomaly_id) DO UPDATE
                        SET verdict = excluded.verdict, note = excluded.note,
                            said_at = excluded.said_at, said_by = excluded.said_by\
                        """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("anomaly", feedback.anomaly())
                .bind("end", feedback.end().atOffset(ZoneOffset.UTC))
                .bind("window", Math.toIntExact(feedback.window().toSeconds()))
                .bind("series", feedback.series())
                .bind("dimensions", Scopes.toJson(feedback.dimensions().where()).toString())
                .bind("measure", feedback.measure())
                .bind("verdict", feedback.verdict())
                .bind("note", feedback.note())
                .bind("at", feedback.saidAt().atOffset(ZoneOffset.UTC))
                .bind("by", feedback.saidBy())
                .execute();
        handle.createUpdate(
                        """
                        DELETE FROM anomaly_feedback
                        WHERE tenant_id = :tenant AND stream_id = :stream
                            AND anomaly_id IN (
                                SELECT anomaly_id FROM anomaly_feedback
                                WHERE tenant_id = :tenant AND stream_id = :stream
                                ORDER BY said_at DESC, anomaly_id DESC OFFSET :most)\
                        """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("most", MOST)
                .execute();
    }

    void delete(Handle handle, TenantId tenant, StreamId stream, UUID anomaly) {
        handle.createUpdate(
                        """
                        DELETE FROM anomaly_feedback
                        WHERE tenant_id = :tenant AND stream_id = :stream AND anomaly_id = :anomaly\
                        """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("anomaly", anomaly)
                .execute();
    }

    private static Feedback feedback(ResultSet row, StatementContext context) throws SQLException {
        return new Feedback(
                row.getObject("anomaly_id", UUID.class),
                row.getObject("window_end", OffsetDateTime.class).toInstant(),
                Duration.ofSeconds(row.getInt("window_seconds")),
                row.getObject("series_id", UUID.class),
                Scopes.stored(row.getString("dimensions")),
                row.getString("measure"),
                row.getBoolean("verdict"),
                row.getString("note"),
                row.getObject("said_at", OffsetDateTime.class).toInstant(),
                row.getString("said_by"));
    }
}
