package io.streamgauge.control.silence;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of silences. Every query names the tenant. */
final class SilenceRepository {

    private static final String SELECT =
            """
            SELECT tenant_id, id, matchers, starts_at, ends_at, reason, created_by, version,
                created_at, updated_at
            FROM silences WHERE tenant_id = :tenant
            """;

    /** The place of a silence in the list: what ends last comes first. */
    record Position(Instant to, UUID id) {}

    Optional<Silence> find(Handle handle, TenantId tenant, UUID id) {
        return find(handle, tenant, id, "");
    }

    /** As {@link #find}, and keeps others from changing the row until this transaction ends. */
    Optional<Silence> findForUpdate(Handle handle, TenantId tenant, UUID id) {
        return find(handle, tenant, id, " FOR UPDATE");
    }

    /**
     * @param state those that are so at {@code now}; all where empty
     */
    List<Silence> list(
            Handle handle,
            TenantId tenant,
            Optional<Silence.State> state,
            Instant now,
            Optional<Position> after,
            int limit) {
        String inState =
                state.map(
                                it ->
                                        switch (it) {
                                            case PENDING -> " AND starts_at > :now";
                                            case ACTIVE ->
                                                    " AND starts_at <= :now AND ends_at > :now";
                                            case EXPIRED -> " AND ends_at <= :now";
                                        })
                        .orElse("");
        String behind = after.isPresent() ? " AND (ends_at, id) < (:end, :id)" : "";
        Query query =
                handle.createQuery(
                                SELECT
                                        + inState
                                        + behind
                                        + " ORDER BY ends_at DESC, id DESC LIMIT :limit")
                        .bind("tenant", tenant.value())
                        .bind("limit", limit);
        if (state.isPresent()) {
            query.bind("now", atUtc(now));
        }
        if (after.isPresent()) {
            query.bind("end", atUtc(after.get().to())).bind("id", after.get().id());
        }
        return query.map(SilenceRepository::silence).list();
    }

    /** Those that are active; a tenant has no more than its quota. */
    List<Silence> active(Handle handle, TenantId tenant, Instant now) {
        return handle.createQuery(
                        SELECT
                                + " AND starts_at <= :now AND ends_at > :now"
                                + " ORDER BY ends_at DESC, id DESC")
                .bind("tenant", tenant.value())
                .bind("now", atUtc(now))
                .map(SilenceRepository::silence)
                .list();
    }

    void insert(Handle handle, Silence silence) {
        handle.createUpdate(
                        """
                        INSERT INTO silences (tenant_id, id, matchers, starts_at, ends_at, reason,
                            created_by, version, created_at, updated_at)
                        VALUES (:tenant, :id, CAST(:matchers AS jsonb), :from, :to, :reason,
                            :createdBy, :version, :createdAt, :updatedAt)\
                        """)
                .bind("tenant", silence.tenant().value())
                .bind("id", silence.id())
                .bind("matchers", Silence.toJson(silence.spec().matchers()).toString())
                .bind("from", atUtc(silence.spec().from()))
                .bind("to", atUtc(silence.spec().to()))
                .bind("reason", silence.spec().reason())
                .bind("createdBy", silence.createdBy())
                .bind("version", silence.version())
                .bind("createdAt", atUtc(silence.createdAt()))
                .bind("updatedAt", atUtc(silence.updatedAt()))
                .execute();
    }

    /** Writes what can change. */
    void update(Handle handle, Silence silence) {
        handle.createUpdate(
                        """
                        UPDATE silences SET matchers = CAST(:matchers AS jsonb), starts_at = :from,
                            ends_at = :to, reason = :reason, version = :version,
                            updated_at = :updatedAt
                        WHERE tenant_id = :tenant AND id = :id\
                        """)
                .bind("tenant", silence.tenant().value())
                .bind("id", silence.id())
                .bind("matchers", Silence.toJson(silence.spec().matchers()).toString())
                .bind("from", atUtc(silence.spec().from()))
                .bind("to", atUtc(silence.spec().to()))
                .bind("reason", silence.spec().reason())
                .bind("version", silence.version())
                .bind("updatedAt", atUtc(silence.updatedAt()))
                .execute();
    }

    void delete(Handle handle, TenantId tenant, UUID id) {
        handle.createUpdate("DELETE FROM silences WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .execute();
    }

    private static Optional<Silence> find(Handle handle, TenantId tenant, UUID id, String lock) {
        return handle.createQuery(SELECT + " AND id = :id" + lock)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map(SilenceRepository::silence)
                .findOne();
    }

    private static Silence silence(ResultSet row, StatementContext context) throws SQLException {
        List<Matcher> matchers;
        try {
            matchers = MatcherReader.stored(Json.mapper().readTree(row.getString("matchers")));
        } catch (JsonProcessingException e) {
            throw new SQLException("silences.matchers: not JSON", e);
        }
        return new Silence(
                new TenantId(row.getString("tenant_id")),
                row.getObject("id", UUID.class),
                new SilenceSpec(
                        matchers,
                        instant(row, "starts_at"),
                        instant(row, "ends_at"),
                        row.getString("reason")),
                row.getString("created_by"),
                row.getLong("version"),
                instant(row, "created_at"),
                instant(row, "updated_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
