package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.Exclusion;
import io.streamgauge.contracts.detection.SeriesSensitivity;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.detection.Detection.Change;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * Rows of detection settings and exclusions. Whoever changes some holds the stream alone. Every
 * query names the tenant.
 */
final class DetectionRepository {

    private record Settings(long version, DetectionSpec spec, Change changed) {}

    /** What is said of a stream; the defaults where that is nothing. */
    Detection find(Handle handle, TenantId tenant, StreamId stream) {
        Optional<Settings> settings =
                handle.createQuery(
                                """
                                SELECT version, threshold, overrides, updated_at, updated_by
                                FROM detection_settings
                                WHERE tenant_id = :tenant AND stream_id = :stream\
                                """)
                        .bind("tenant", tenant.value())
                        .bind("stream", stream.value())
                        .map(DetectionRepository::settings)
                        .findOne();
        return new Detection(
                tenant,
                stream,
                settings.map(Settings::version).orElse(0L),
                settings.map(Settings::spec).orElse(DetectionSpec.DEFAULT),
                settings.map(Settings::changed),
                exclusions(handle, tenant, stream));
    }

    /** In the order of their begin. */
    List<Exclusion> exclusions(Handle handle, TenantId tenant, StreamId stream) {
        return handle.createQuery(
                        """
                        SELECT id, starts_at, ends_at, dimensions, reason FROM detection_exclusions
                        WHERE tenant_id = :tenant AND stream_id = :stream ORDER BY starts_at, id\
                        """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .map(DetectionRepository::exclusion)
                .list();
    }

    /** Writes threshold and exceptions under the next version. */
    void save(Handle handle, Detection detection, Origin origin, Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO detection_settings (tenant_id, stream_id, version, threshold,
                            overrides, updated_at, updated_by)
                        VALUES (:tenant, :stream, 1, :threshold, CAST(:series AS jsonb), :now, :by)
                        ON CONFLICT (tenant_id, stream_id) DO UPDATE
                        SET version = detection_settings.version + 1, threshold = excluded.threshold,
                            overrides = excluded.overrides, updated_at = excluded.updated_at,
                            updated_by = excluded.updated_by\
                        """)
                .bind("tenant", detection.tenant().value())
                .bind("stream", detection.stream().value())
                .bind("threshold", detection.spec().threshold())
                .bind("series", Detection.toJson(detection.spec().series()).toString())
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("by", origin.actor())
                .execute();
    }

    void insert(
            Handle handle,
            TenantId tenant,
            StreamId stream,
            Exclusion exclusion,
            Origin origin,
            Instant now) {
        handle.createUpdate(
                        """
                        INSERT INTO detection_exclusions (tenant_id, id, stream_id, starts_at,
                            ends_at, dimensions, reason, created_at, created_by)
                        VALUES (:tenant, :id, :stream, :from, :to, CAST(:where AS jsonb), :reason,
                            :now, :by)\
                        """)
                .bind("tenant", tenant.value())
                .bind("id", exclusion.id())
                .bind("stream", stream.value())
                .bind("from", exclusion.from().atOffset(ZoneOffset.UTC))
                .bind("to", exclusion.to().atOffset(ZoneOffset.UTC))
                .bind("where", Scopes.toJson(exclusion.series().where()).toString())
                .bind("reason", exclusion.reason())
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("by", origin.actor())
                .execute();
    }

    /** Writes what can change. */
    void update(Handle handle, TenantId tenant, Exclusion exclusion) {
        handle.createUpdate(
                        """
                        UPDATE detection_exclusions SET starts_at = :from, ends_at = :to,
                            dimensions = CAST(:where AS jsonb), reason = :reason
                        WHERE tenant_id = :tenant AND id = :id\
                        """)
                .bind("tenant", tenant.value())
                .bind("id", exclusion.id())
                .bind("from", exclusion.from().atOffset(ZoneOffset.UTC))
                .bind("to", exclusion.to().atOffset(ZoneOffset.UTC))
                .bind("where", Scopes.toJson(exclusion.series().where()).toString())
                .bind("reason", exclusion.reason())
                .execute();
    }

    void delete(Handle handle, TenantId tenant, UUID id) {
        handle.createUpdate(
                        "DELETE FROM detection_exclusions WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .execute();
    }

    private static Settings settings(ResultSet row, StatementContext context) throws SQLException {
        List<SeriesSensitivity> series = new ArrayList<>();
        for (JsonNode item : Scopes.tree(row.getString("overrides"))) {
            series.add(
                    new SeriesSensitivity(
                            Scopes.stored(item.path("where").toString()),
                            Sensitivities.stored(item)));
        }
        return new Settings(
                row.getLong("version"),
                new DetectionSpec(row.getDouble("threshold"), series),
                new Change(
                        row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                        row.getString("updated_by")));
    }

    private static Exclusion exclusion(ResultSet row, StatementContext context)
            throws SQLException {
        return new Exclusion(
                row.getObject("id", UUID.class),
                row.getObject("starts_at", OffsetDateTime.class).toInstant(),
                row.getObject("ends_at", OffsetDateTime.class).toInstant(),
                Scopes.stored(row.getString("dimensions")),
                row.getString("reason"));
    }
}
