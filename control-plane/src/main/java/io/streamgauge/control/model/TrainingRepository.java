package io.streamgauge.control.model;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Rows of trainings. Every query names the tenant, but for the one that looks for work. */
final class TrainingRepository {

    /** Of a stream; of more, the oldest go. */
    private static final int KEPT = 50;

    /** One more than was given up because a process ended. */
    private static final int MOST_ATTEMPTS = 2;

    private static final String COLUMNS =
            """
            tenant_id, id, stream_id, state, scheduled, requested_at, requested_by, range_from,
            range_to, forced, started_at, ended_at, progress, model_id, detail
            """;

    private static final String SELECT =
            "SELECT " + COLUMNS + " FROM trainings WHERE tenant_id = :tenant";

    /** The place of a training in the list: the newest comes first. */
    record Position(Instant requestedAt, UUID id) {}

    Optional<Training> find(Handle handle, TenantId tenant, UUID id) {
        return handle.createQuery(SELECT + " AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map(TrainingRepository::training)
                .findOne();
    }

    /** The one of a stream that waits or runs. */
    Optional<Training> open(Handle handle, TenantId tenant, StreamId stream) {
        return handle.createQuery(
                        SELECT + " AND stream_id = :stream AND state IN ('queued', 'running')")
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .map(TrainingRepository::training)
                .findOne();
    }

    int countOpen(Handle handle, TenantId tenant) {
        return handle.createQuery(
                        """
                        SELECT count(*) FROM trainings
                        WHERE tenant_id = :tenant AND state IN ('queued', 'running')\
                        """)
                .bind("tenant", tenant.value())
                .mapTo(Integer.class)
                .one();
    }

    /**
     * @param stream all streams' trainings where empty
     */
    List<Training> list(
            Handle handle,
            TenantId tenant,
            Optional<StreamId> stream,
            Optional<Position> after,
            int limit) {
        Query query =
                handle.createQuery(
                                SELECT
                                        + (stream.isPresent() ? " AND stream_id = :stream" : "")
                                        + (after.isPresent()
                                                ? " AND (requested_at, id) < (:at, :id)"
                                                : "")
                                        + " ORDER BY requested_at DESC, id DESC LIMIT :limit")
                        .bind("tenant", tenant.value())
                        .bind("limit", limit);
        stream.ifPresent(it -> query.bind("stream", it.value()));
        after.ifPresent(it -> query.bind("at", atUtc(it.requestedAt())).bind("id", it.id()));
        return query.map(TrainingRepository::training).list();
    }

    /** Adds one that waits, and removes those that are too old to be kept. */
    void insert(Handle handle, Training training) {
        handle.createUpdate(
                        """
                        INSERT INTO trainings (tenant_id, id, stream_id, state, scheduled,
                            requested_at, requested_by, range_from, range_to, forced, progress)
                        VALUES (:tenant, :id, :stream, 'queued', :scheduled, :requestedAt, :by,
                            :from, :to, :forced, 0)\
                        """)
                .bind("tenant", training.tenant().value())
                .bind("id", training.id())
                .bind("stream", training.stream().value())
                .bind("scheduled", training.scheduled())
                .bind("requestedAt", atUtc(training.requestedAt()))
                .bind("by", training.requestedBy())
                .bind("from", nullable(training.from()))
                .bind("to", nullable(training.to()))
                .bind("forced", training.force())
                .execute();
        handle.createUpdate(
                        """
                        DELETE FROM trainings WHERE tenant_id = :tenant AND id IN (
                            SELECT id FROM trainings
                            WHERE tenant_id = :tenant AND stream_id = :stream
                            ORDER BY requested_at DESC, id DESC OFFSET :kept)\
                        """)
                .bind("tenant", training.tenant().value())
                .bind("stream", training.stream().value())
                .bind("kept", KEPT)
                .execute();
    }

    /** Whose trainings have work for a trainer, by the system's role. */
    List<TenantId> tenantsWithWork(Handle handle, Instant now) {
        return handle.createQuery("SELECT tenant FROM tenants_with_trainings(:now) AS tenant")
                .bind("now", atUtc(now))
                .map((row, context) -> new TenantId(row.getString("tenant")))
                .list();
    }

    /** Lets those wait again whose process has ended, or ends them where that was not the first. */
    int recoverAbandoned(Handle handle, TenantId tenant, Instant now) {
        return handle.createUpdate(
                        """
                        UPDATE trainings SET leased_until = NULL,
                            state = CASE WHEN attempts < :most THEN 'queued' ELSE 'failed' END,
                            started_at = CASE WHEN attempts >= :most THEN started_at END,
                            ended_at = CASE WHEN attempts >= :most THEN CAST(:now AS timestamptz) END,
                            progress = CASE WHEN attempts < :most THEN 0 ELSE progress END,
                            detail = CASE WHEN attempts >= :most
                                THEN 'the processes that ran it have ended (expected: try again)' END
                        WHERE tenant_id = :tenant AND state = 'running' AND leased_until < :now\
                        """)
                .bind("tenant", tenant.value())
                .bind("now", atUtc(now))
                .bind("most", MOST_ATTEMPTS)
                .execute();
    }

    /**
     * Takes the tenant's next one, where none of its runs.
     *
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException with SQL state 23505
     *     where another process has taken one in this moment
     */
    Optional<Training> claim(Handle handle, TenantId tenant, Instant now, Instant until) {
        return handle.createQuery(
                        """
                        UPDATE trainings SET state = 'running', started_at = :now,
                            leased_until = :until, attempts = attempts + 1
                        WHERE tenant_id = :tenant
                            AND NOT EXISTS (SELECT FROM trainings
                                WHERE tenant_id = :tenant AND state = 'running')
                            AND id = (SELECT id FROM trainings
                                WHERE tenant_id = :tenant AND state = 'queued'
                                ORDER BY requested_at, id LIMIT 1 FOR UPDATE SKIP LOCKED)
                        RETURNING\
                        """
                                + " "
                                + COLUMNS)
                .bind("tenant", tenant.value())
                .bind("now", atUtc(now))
                .bind("until", atUtc(until))
                .map(TrainingRepository::training)
                .findOne();
    }

    /** Says that one goes on; false where it is no longer there, or another's. */
    boolean renew(Handle handle, Training training, double progress, Instant until) {
        return handle.createUpdate(
                                """
                                UPDATE trainings SET progress = :progress, leased_until = :until
                                WHERE tenant_id = :tenant AND id = :id AND state = 'running'
                                    AND started_at = :started\
                                """)
                        .bind("tenant", training.tenant().value())
                        .bind("id", training.id())
                        .bind("started", nullable(training.startedAt()))
                        .bind("progress", progress)
                        .bind("until", atUtc(until))
                        .execute()
                == 1;
    }

    /** Lets one wait again, as though it had not begun; nothing where it is another's by now. */
    void giveBack(Handle handle, Training training) {
        handle.createUpdate(
                        """
                        UPDATE trainings SET state = 'queued', started_at = NULL,
                            leased_until = NULL, progress = 0, attempts = attempts - 1
                        WHERE tenant_id = :tenant AND id = :id AND state = 'running'
                            AND started_at = :started\
                        """)
                .bind("tenant", training.tenant().value())
                .bind("id", training.id())
                .bind("started", nullable(training.startedAt()))
                .execute();
    }

    /** Ends one; false where it is no longer there, or another's. */
    boolean end(
            Handle handle,
            Training training,
            Training.State state,
            Instant now,
            Optional<UUID> model,
            Optional<String> detail) {
        return handle.createUpdate(
                                """
                                UPDATE trainings SET state = :state, ended_at = :now,
                                    leased_until = NULL, progress = 1,
                                    model_id = CAST(:model AS uuid), detail = :detail
                                WHERE tenant_id = :tenant AND id = :id AND state = 'running'
                                    AND started_at = :started\
                                """)
                        .bind("tenant", training.tenant().value())
                        .bind("id", training.id())
                        .bind("started", nullable(training.startedAt()))
                        .bind("state", state.wireName())
                        .bind("now", atUtc(now))
                        .bind("model", model.orElse(null))
                        .bind("detail", detail.orElse(null))
                        .execute()
                == 1;
    }

    private static Training training(ResultSet row, StatementContext context) throws SQLException {
        return new Training(
                new TenantId(row.getString("tenant_id")),
                row.getObject("id", UUID.class),
                new StreamId(row.getObject("stream_id", UUID.class)),
                Training.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getBoolean("scheduled"),
                instant(row, "requested_at").orElseThrow(),
                row.getString("requested_by"),
                instant(row, "range_from"),
                instant(row, "range_to"),
                row.getBoolean("forced"),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                row.getDouble("progress"),
                Optional.ofNullable(row.getObject("model_id", UUID.class)),
                Optional.ofNullable(row.getString("detail")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }

    private static @Nullable OffsetDateTime nullable(Optional<Instant> instant) {
        return instant.map(TrainingRepository::atUtc).orElse(null);
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
