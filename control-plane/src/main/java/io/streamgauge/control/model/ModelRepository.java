package io.streamgauge.control.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
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

/**
 * Rows of models. Whoever adds one or changes a state holds the stream alone. Every query names the
 * tenant.
 */
final class ModelRepository {

    /** Of a stream, beside the active one; of more, the oldest go. */
    static final int KEPT = 20;

    private static final String SELECT =
            """
            SELECT tenant_id, id, stream_id, version, state, created_at, created_by, activated_at,
                feature_version, measures, data_from, data_to, points, metrics, objection,
                provenance
            FROM models WHERE tenant_id = :tenant
            """;

    /** The place of a model in the list: the newest comes first. */
    record Position(Instant createdAt, UUID id) {}

    Optional<Model> find(Handle handle, TenantId tenant, UUID id) {
        return handle.createQuery(SELECT + " AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map(ModelRepository::model)
                .findOne();
    }

    /** The one that a stream is judged by. */
    Optional<Model> active(Handle handle, TenantId tenant, StreamId stream) {
        return handle.createQuery(SELECT + " AND stream_id = :stream AND state = 'active'")
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .map(ModelRepository::model)
                .findOne();
    }

    /** The newest of those older than a version that were active once. */
    Optional<Model> before(Handle handle, TenantId tenant, StreamId stream, long version) {
        return handle.createQuery(
                        SELECT
                                + """
                                 AND stream_id = :stream AND state = 'retired'
                                AND version < :version ORDER BY version DESC LIMIT 1\
                                """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .bind("version", version)
                .map(ModelRepository::model)
                .findOne();
    }

    /**
     * @param stream all streams' models where empty
     * @param state in any where empty
     */
    List<Model> list(
            Handle handle,
            TenantId tenant,
            Optional<StreamId> stream,
            Optional<Model.State> state,
            Optional<Position> after,
            int limit) {
        Query query =
                handle.createQuery(
                                SELECT
                                        + (stream.isPresent() ? " AND stream_id = :stream" : "")
                                        + (state.isPresent() ? " AND state = :state" : "")
                                        + (after.isPresent()
                                                ? " AND (created_at, id) < (:at, :id)"
                                                : "")
                                        + " ORDER BY created_at DESC, id DESC LIMIT :limit")
                        .bind("tenant", tenant.value())
                        .bind("limit", limit);
        stream.ifPresent(it -> query.bind("stream", it.value()));
        state.ifPresent(it -> query.bind("state", it.wireName()));
        after.ifPresent(it -> query.bind("at", atUtc(it.createdAt())).bind("id", it.id()));
        return query.map(ModelRepository::model).list();
    }

    byte[] bytes(Handle handle, TenantId tenant, UUID id) {
        return handle.createQuery("SELECT bytes FROM models WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .mapTo(byte[].class)
                .one();
    }

    /** Of a stream's next model. */
    long nextVersion(Handle handle, TenantId tenant, StreamId stream) {
        return handle.createQuery(
                        """
                        SELECT coalesce(max(version), 0) + 1 FROM models
                        WHERE tenant_id = :tenant AND stream_id = :stream\
                        """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .mapTo(Long.class)
                .one();
    }

    /** Adds a model, and removes those that are too old to be kept. */
    void insert(Handle handle, Model model, byte[] bytes) {
        handle.createUpdate(
                        """
                        INSERT INTO models (tenant_id, id, stream_id, version, state, created_at,
                            created_by, activated_at, feature_version, measures, data_from, data_to,
                            points, metrics, objection, provenance, bytes)
                        VALUES (:tenant, :id, :stream, :version, :state, :createdAt, :createdBy,
                            :activatedAt, :features, :measures, :from, :to, :points,
                            CAST(:metrics AS jsonb), :objection, :provenance, :bytes)\
                        """)
                .bind("tenant", model.tenant().value())
                .bind("id", model.id())
                .bind("stream", model.stream().value())
                .bind("version", model.version())
                .bind("state", model.state().wireName())
                .bind("createdAt", atUtc(model.createdAt()))
                .bind("createdBy", model.createdBy())
                .bind("activatedAt", model.activatedAt().map(ModelRepository::atUtc).orElse(null))
                .bind("features", model.featureVersion())
                .bindArray("measures", String.class, model.measures())
                .bind("from", atUtc(model.from()))
                .bind("to", atUtc(model.to()))
                .bind("points", model.points())
                .bind("metrics", model.metrics().toString())
                .bind("objection", model.objection().orElse(null))
                .bind("provenance", model.provenance())
                .bind("bytes", bytes)
                .execute();
        handle.createUpdate(
                        """
                        DELETE FROM models WHERE tenant_id = :tenant AND stream_id = :stream
                            AND state <> 'active' AND version <= :version - :kept\
                        """)
                .bind("tenant", model.tenant().value())
                .bind("stream", model.stream().value())
                .bind("version", model.version())
                .bind("kept", KEPT)
                .execute();
    }

    void updateState(Handle handle, Model model) {
        handle.createUpdate(
                        """
                        UPDATE models SET state = :state, activated_at = :activatedAt
                        WHERE tenant_id = :tenant AND id = :id\
                        """)
                .bind("tenant", model.tenant().value())
                .bind("id", model.id())
                .bind("state", model.state().wireName())
                .bind("activatedAt", model.activatedAt().map(ModelRepository::atUtc).orElse(null))
                .execute();
    }

    private static Model model(ResultSet row, StatementContext context) throws SQLException {
        ObjectNode metrics;
        try {
            metrics = (ObjectNode) Json.mapper().readTree(row.getString("metrics"));
        } catch (JsonProcessingException e) {
            throw new SQLException("models.metrics: not JSON", e);
        }
        return new Model(
                new TenantId(row.getString("tenant_id")),
                row.getObject("id", UUID.class),
                new StreamId(row.getObject("stream_id", UUID.class)),
                row.getLong("version"),
                Model.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                instant(row, "created_at").orElseThrow(),
                row.getString("created_by"),
                instant(row, "activated_at"),
                row.getInt("feature_version"),
                List.of((String[]) row.getArray("measures").getArray()),
                instant(row, "data_from").orElseThrow(),
                instant(row, "data_to").orElseThrow(),
                row.getLong("points"),
                metrics,
                Optional.ofNullable(row.getString("objection")),
                row.getString("provenance"));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
