package io.streamgauge.control.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.StreamSpecReader;
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

/**
 * Rows of streams. Every query names the tenant, although row-level security would do: the indexes
 * begin with it, and two locks hold better than one.
 */
final class StreamRepository {

    private static final String SELECT =
            "SELECT tenant_id, id, spec, version, created_at, updated_at FROM streams ";

    /** A stream by its UUID or its name. */
    Optional<StreamDefinition> find(Handle handle, TenantId tenant, String idOrName) {
        return find(handle, tenant, idOrName, "");
    }

    /** As {@link #find}, and keeps others from changing the row until this transaction ends. */
    Optional<StreamDefinition> findForUpdate(Handle handle, TenantId tenant, String idOrName) {
        return find(handle, tenant, idOrName, " FOR UPDATE");
    }

    /** As {@link #find}, and as {@link #findForUpdate}, but several may hold the row so at once. */
    Optional<StreamDefinition> findForShare(Handle handle, TenantId tenant, String idOrName) {
        return find(handle, tenant, idOrName, " FOR SHARE");
    }

    /** As {@link #findForUpdate}, but rows may come meanwhile that refer to this one. */
    Optional<StreamDefinition> findForNoKeyUpdate(Handle handle, TenantId tenant, String idOrName) {
        return find(handle, tenant, idOrName, " FOR NO KEY UPDATE");
    }

    /** Streams in order of their names, those after a name; all where it is empty. */
    List<StreamDefinition> list(Handle handle, TenantId tenant, String afterName, int limit) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE tenant_id = :tenant AND name COLLATE "C" > :after
                                ORDER BY name COLLATE "C" LIMIT :limit\
                                """)
                .bind("tenant", tenant.value())
                .bind("after", afterName)
                .bind("limit", limit)
                .map(StreamRepository::definition)
                .list();
    }

    List<StreamId> ids(Handle handle, TenantId tenant) {
        return handle.createQuery("SELECT id FROM streams WHERE tenant_id = :tenant")
                .bind("tenant", tenant.value())
                .mapTo(UUID.class)
                .map(StreamId::new)
                .list();
    }

    /**
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException with SQL state 23505
     *     where the tenant has a stream of this name
     */
    void insert(Handle handle, StreamDefinition definition) {
        handle.createUpdate(
                        """
                        INSERT INTO streams
                            (tenant_id, id, name, spec, version, created_at, updated_at)
                        VALUES (:tenant, :id, :name, CAST(:spec AS jsonb), :version, :created, :updated)\
                        """)
                .bind("tenant", definition.tenant().value())
                .bind("id", definition.id().value())
                .bind("name", definition.name())
                .bind("spec", text(definition.spec()))
                .bind("version", definition.version())
                .bind("created", atUtc(definition.createdAt()))
                .bind("updated", atUtc(definition.updatedAt()))
                .execute();
    }

    /** Writes what can change: specification, version and time of the change. */
    void update(Handle handle, StreamDefinition definition) {
        handle.createUpdate(
                        """
                        UPDATE streams
                        SET spec = CAST(:spec AS jsonb), version = :version, updated_at = :updated
                        WHERE tenant_id = :tenant AND id = :id\
                        """)
                .bind("tenant", definition.tenant().value())
                .bind("id", definition.id().value())
                .bind("spec", text(definition.spec()))
                .bind("version", definition.version())
                .bind("updated", atUtc(definition.updatedAt()))
                .execute();
    }

    /**
     * Removes a stream and everything that is stored of it; its series and its models go by their
     * foreign keys.
     */
    void delete(Handle handle, TenantId tenant, StreamId stream) {
        for (String table : List.of("aggregates", "rejected_events", "anomalies")) {
            handle.createUpdate(
                            "DELETE FROM %s WHERE tenant_id = :tenant AND stream_id = :id"
                                    .formatted(table))
                    .bind("tenant", tenant.value())
                    .bind("id", stream.value())
                    .execute();
        }
        handle.createUpdate("DELETE FROM streams WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", stream.value())
                .execute();
    }

    private Optional<StreamDefinition> find(
            Handle handle, TenantId tenant, String idOrName, String lock) {
        Optional<StreamId> id = StreamId.parse(idOrName);
        if (id.isEmpty() && !StreamSpecReader.isName(idOrName)) {
            return Optional.empty(); // not even what PostgreSQL takes as a text, perhaps
        }
        String column = id.isPresent() ? "id" : "name";
        Query query =
                handle.createQuery(
                                SELECT
                                        + "WHERE tenant_id = :tenant AND "
                                        + column
                                        + " = :key"
                                        + lock)
                        .bind("tenant", tenant.value());
        if (id.isPresent()) {
            query.bind("key", id.get().value());
        } else {
            query.bind("key", idOrName);
        }
        return query.map(StreamRepository::definition).findOne();
    }

    private static StreamDefinition definition(ResultSet row, StatementContext context)
            throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        try {
            return new StreamDefinition(
                    new TenantId(row.getString("tenant_id")),
                    new StreamId(id),
                    StreamSpecReader.read(Json.mapper().readTree(row.getString("spec"))),
                    row.getLong("version"),
                    row.getObject("created_at", OffsetDateTime.class).toInstant(),
                    row.getObject("updated_at", OffsetDateTime.class).toInstant());
        } catch (JsonProcessingException | InvalidInputException e) {
            throw new SQLException("streams.spec of " + id + ": not a valid specification", e);
        }
    }

    private static String text(StreamSpec spec) {
        return StreamDefinitionCodec.toJson(spec).toString();
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
