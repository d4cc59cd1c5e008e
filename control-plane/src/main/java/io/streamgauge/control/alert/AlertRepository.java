package io.streamgauge.control.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Severity;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Rows of alerts. Every query names the tenant, although row-level security would do. */
final class AlertRepository {

    private static final String SELECT =
            """
            SELECT a.tenant_id, a.id, a.stream_id, a.active_version, a.shadow_version, a.draining,
                a.last_version, a.paused, a.revision, a.created_at, a.updated_at,
                (SELECT json_object_agg(v.number, v.spec) FROM alert_versions v
                 WHERE v.tenant_id = a.tenant_id AND v.alert_id = a.id
                    AND v.number = ANY (a.draining || a.active_version || a.shadow_version)) AS specs,
                (SELECT json_object_agg(m.reference, m.member_id) FROM alert_members m
                 WHERE m.tenant_id = a.tenant_id AND m.alert_id = a.id) AS members
            FROM alerts a
            """;

    /** An alert by its UUID or its name. */
    Optional<Alert> find(Handle handle, TenantId tenant, String idOrName) {
        return key(idOrName)
                .flatMap(
                        key ->
                                handle.createQuery(
                                                SELECT
                                                        + "WHERE a.tenant_id = :tenant AND a."
                                                        + key.column()
                                                        + " = :key")
                                        .bind("tenant", tenant.value())
                                        .bind("key", key.value())
                                        .map(AlertRepository::alert)
                                        .findOne());
    }

    /** As {@link #find}, and keeps others from changing the row until this transaction ends. */
    Optional<Alert> findForUpdate(Handle handle, TenantId tenant, String idOrName) {
        return findLocked(handle, tenant, idOrName, "FOR UPDATE");
    }

    /** As {@link #findForUpdate}, but several may hold the row so at once. */
    Optional<Alert> findForShare(Handle handle, TenantId tenant, String idOrName) {
        return findLocked(handle, tenant, idOrName, "FOR SHARE");
    }

    /** Alerts in order of their names, those after a name; all where it is empty. */
    List<Alert> list(
            Handle handle, TenantId tenant, AlertFilter filter, String afterName, int limit) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE a.tenant_id = :tenant AND a.name COLLATE "C" > :after
                                    AND (CAST(:stream AS uuid) IS NULL OR a.stream_id = CAST(:stream AS uuid))
                                    AND (CAST(:paused AS boolean) IS NULL
                                        OR a.paused = CAST(:paused AS boolean))
                                    AND EXISTS (SELECT FROM alert_versions v
                                        WHERE v.tenant_id = a.tenant_id AND v.alert_id = a.id
                                            AND v.number = a.active_version
                                            AND (CAST(:severity AS text) IS NULL
                                                OR v.spec ->> 'severity' = CAST(:severity AS text))
                                            AND coalesce(v.spec -> 'labels', '{}')
                                                @> CAST(:labels AS jsonb))
                                ORDER BY a.name COLLATE "C" LIMIT :limit\
                                """)
                .bind("tenant", tenant.value())
                .bind("after", afterName)
                .bind("stream", filter.stream().map(StreamId::value).orElse(null))
                .bind("paused", filter.paused().orElse(null))
                .bind("severity", filter.severity().map(Severity::wireName).orElse(null))
                .bind("labels", text(filter.labels()))
                .bind("limit", limit)
                .map(AlertRepository::alert)
                .list();
    }

    /** The alerts that judge a stream's events, in order of their names. */
    List<Alert> ofStream(Handle handle, TenantId tenant, StreamId stream) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE a.tenant_id = :tenant AND a.stream_id = :stream
                                ORDER BY a.name COLLATE "C"\
                                """)
                .bind("tenant", tenant.value())
                .bind("stream", stream.value())
                .map(AlertRepository::alert)
                .list();
    }

    /** Names of the composites that an alert is a member of, in order. */
    List<String> compositesOf(Handle handle, TenantId tenant, AlertId member) {
        return handle.createQuery(
                        """
                        SELECT name FROM alerts WHERE tenant_id = :tenant AND id IN (
                            SELECT alert_id FROM alert_members
                            WHERE tenant_id = :tenant AND member_id = :member)
                        ORDER BY name COLLATE "C"\
                        """)
                .bind("tenant", tenant.value())
                .bind("member", member.value())
                .mapTo(String.class)
                .list();
    }

    /**
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException with SQL state 23505
     *     where the tenant has an alert of this name
     */
    void insert(Handle handle, Alert alert) {
        handle.createUpdate(
                        """
                        INSERT INTO alerts (tenant_id, id, name, stream_id, active_version,
                            shadow_version, draining, last_version, paused, revision, created_at,
                            updated_at)
                        VALUES (:tenant, :id, :name, CAST(:stream AS uuid), :active, CAST(:shadow AS bigint), :draining, :last,
                            :paused, :revision, :created, :updated)\
                        """)
                .bind("name", alert.name())
                .bind("stream", alert.stream().map(StreamId::value).orElse(null))
                .bind("created", atUtc(alert.createdAt()))
                .bindMap(changing(alert))
                .bindArray("draining", Long.class, numbers(alert.draining()))
                .execute();
        insertMembers(handle, alert);
    }

    /** Writes what can change. */
    void update(Handle handle, Alert alert) {
        handle.createUpdate(
                        """
                        UPDATE alerts SET active_version = :active, shadow_version = CAST(:shadow AS bigint),
                            draining = :draining, last_version = :last, paused = :paused,
                            revision = :revision, updated_at = :updated
                        WHERE tenant_id = :tenant AND id = :id\
                        """)
                .bindMap(changing(alert))
                .bindArray("draining", Long.class, numbers(alert.draining()))
                .execute();
        handle.createUpdate(
                        "DELETE FROM alert_members WHERE tenant_id = :tenant AND alert_id = :id")
                .bind("tenant", alert.tenant().value())
                .bind("id", alert.id().value())
                .execute();
        insertMembers(handle, alert);
    }

    /** Removes an alert with its versions; what came of it stays. */
    void delete(Handle handle, Alert alert) {
        handle.createUpdate("DELETE FROM alerts WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", alert.tenant().value())
                .bind("id", alert.id().value())
                .execute();
    }

    private static Map<String, Object> changing(Alert alert) {
        Map<String, @Nullable Object> values = new TreeMap<>();
        values.put("tenant", alert.tenant().value());
        values.put("id", alert.id().value());
        values.put("active", alert.active().number());
        values.put("shadow", alert.shadow().map(AlertVersion::number).orElse(null));
        values.put("last", alert.lastVersion());
        values.put("paused", alert.paused());
        values.put("revision", alert.revision());
        values.put("updated", atUtc(alert.updatedAt()));
        return values;
    }

    private static void insertMembers(Handle handle, Alert alert) {
        alert.members()
                .forEach(
                        (reference, member) ->
                                handle.createUpdate(
                                                """
                                                INSERT INTO alert_members
                                                    (tenant_id, alert_id, reference, member_id)
                                                VALUES (:tenant, :id, :reference, :member)\
                                                """)
                                        .bind("tenant", alert.tenant().value())
                                        .bind("id", alert.id().value())
                                        .bind("reference", reference)
                                        .bind("member", member.value())
                                        .execute());
    }

    private Optional<Alert> findLocked(
            Handle handle, TenantId tenant, String idOrName, String lock) {
        // The lock first, in a statement of its own: one that waits for it within the other sees
        // the row as it is then, and the rows that hang on it as they were before.
        return key(idOrName)
                .flatMap(
                        key ->
                                handle.createQuery(
                                                "SELECT id FROM alerts WHERE tenant_id = :tenant"
                                                        + " AND "
                                                        + key.column()
                                                        + " = :key "
                                                        + lock)
                                        .bind("tenant", tenant.value())
                                        .bind("key", key.value())
                                        .mapTo(UUID.class)
                                        .findOne())
                .flatMap(id -> find(handle, tenant, id.toString()));
    }

    /** What a row is looked up by. */
    private record Key(String column, Object value) {}

    private static Optional<Key> key(String idOrName) {
        Optional<AlertId> id = AlertId.parse(idOrName);
        if (id.isPresent()) {
            return Optional.of(new Key("id", id.get().value()));
        }
        return AlertSpecReader.isName(idOrName) // else perhaps not even a text to PostgreSQL
                ? Optional.of(new Key("name", idOrName))
                : Optional.empty();
    }

    private static Alert alert(ResultSet row, StatementContext context) throws SQLException {
        UUID id = row.getObject("id", UUID.class);
        UUID stream = row.getObject("stream_id", UUID.class);
        try {
            JsonNode specs = Json.mapper().readTree(row.getString("specs"));
            List<AlertVersion> versions = new ArrayList<>();
            versions.add(version(specs, row.getLong("active_version"), AlertVersion.Mode.ACTIVE));
            long shadow = row.getLong("shadow_version");
            if (!row.wasNull()) {
                versions.add(version(specs, shadow, AlertVersion.Mode.SHADOW));
            }
            Array draining = row.getArray("draining");
            for (Long number : (Long[]) draining.getArray()) {
                versions.add(version(specs, number, AlertVersion.Mode.DRAINING));
            }
            return new Alert(
                    new TenantId(row.getString("tenant_id")),
                    new AlertId(id),
                    Optional.ofNullable(stream).map(StreamId::new),
                    members(row.getString("members")),
                    versions,
                    row.getLong("last_version"),
                    row.getBoolean("paused"),
                    row.getLong("revision"),
                    row.getObject("created_at", OffsetDateTime.class).toInstant(),
                    row.getObject("updated_at", OffsetDateTime.class).toInstant());
        } catch (JsonProcessingException | InvalidInputException e) {
            throw new SQLException("alert_versions.spec of " + id + ": not valid", e);
        }
    }

    private static AlertVersion version(JsonNode specs, long number, AlertVersion.Mode mode)
            throws InvalidInputException {
        return new AlertVersion(
                number, mode, AlertSpecReader.read(specs.path(Long.toString(number))));
    }

    private static Map<String, AlertId> members(@Nullable String json)
            throws JsonProcessingException {
        Map<String, AlertId> members = new TreeMap<>();
        if (json != null) {
            for (Map.Entry<String, JsonNode> member : Json.mapper().readTree(json).properties()) {
                members.put(
                        member.getKey(), new AlertId(UUID.fromString(member.getValue().asText())));
            }
        }
        return members;
    }

    private static List<Long> numbers(List<AlertVersion> versions) {
        return versions.stream().map(AlertVersion::number).toList();
    }

    private static String text(Map<String, String> labels) {
        return Json.mapper().valueToTree(labels).toString();
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
