package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.rest.TimeRange;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Reads rows of instances, and writes who has seen them. */
final class InstanceRepository {

    private static final String SELECT =
            """
            SELECT id, alert_id, name, version, shadow, stream_id, fingerprint, key, state, reason,
                started_at, fired_at, ended_at, severity, labels, annotations, evidence,
                end_evidence, acked_at, acked_by, ack_note, updated_at
            FROM alert_instances WHERE tenant_id = :tenant
            """;

    Optional<AlertInstance> find(Handle handle, TenantId tenant, UUID id) {
        return find(handle, tenant, id, "");
    }

    /** As {@link #find}, and keeps others from changing the row until this transaction ends. */
    Optional<AlertInstance> findForUpdate(Handle handle, TenantId tenant, UUID id) {
        return find(handle, tenant, id, " FOR UPDATE");
    }

    private static Optional<AlertInstance> find(
            Handle handle, TenantId tenant, UUID id, String lock) {
        return handle.createQuery(SELECT + " AND id = :id" + lock)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map(InstanceRepository::instance)
                .findOne();
    }

    /** Instances, the latest first. */
    List<AlertInstance> list(Handle handle, InstanceQuery query) {
        Map<String, Object> values = new HashMap<>();
        String sql =
                SELECT
                        + conditions(query, values)
                        + " ORDER BY started_at DESC, id DESC LIMIT :limit";
        values.put("limit", query.limit());
        return bound(handle.createQuery(sql), query, values)
                .map(InstanceRepository::instance)
                .list();
    }

    /** How many there are in each state, whatever the page. */
    Map<String, Long> counts(Handle handle, InstanceQuery query) {
        Map<String, Object> values = new HashMap<>();
        String sql =
                "SELECT state, count(*) AS instances FROM alert_instances WHERE tenant_id = :tenant"
                        + conditions(query, values)
                        + " GROUP BY state";
        Map<String, Long> counts = new TreeMap<>();
        bound(handle.createQuery(sql), query, values)
                .map((row, context) -> Map.entry(row.getString("state"), row.getLong("instances")))
                .forEach(count -> counts.put(count.getKey(), count.getValue()));
        return counts;
    }

    /** What a version fired whose time overlaps a range, the earliest first. */
    List<AlertInstance> fired(
            Handle handle,
            TenantId tenant,
            UUID alert,
            boolean shadow,
            long version,
            TimeRange range,
            int limit) {
        return handle.createQuery(
                        SELECT
                                + """
                                AND alert_id = :alert AND shadow = :shadow AND version = :version
                                    AND fired_at IS NOT NULL AND started_at < :to
                                    AND (ended_at IS NULL OR ended_at >= :from)
                                ORDER BY started_at, id LIMIT :limit\
                                """)
                .bind("tenant", tenant.value())
                .bind("alert", alert)
                .bind("shadow", shadow)
                .bind("version", version)
                .bind("from", atUtc(range.from()))
                .bind("to", atUtc(range.to()))
                .bind("limit", limit)
                .map(InstanceRepository::instance)
                .list();
    }

    void acknowledge(
            Handle handle, TenantId tenant, UUID id, Optional<Acknowledgement> acknowledgement) {
        handle.createUpdate(
                        """
                        UPDATE alert_instances
                        SET acked_at = :at, acked_by = :by, ack_note = :note
                        WHERE tenant_id = :tenant AND id = :id\
                        """)
                .bind("at", acknowledgement.map(it -> atUtc(it.at())).orElse(null))
                .bind("by", acknowledgement.map(Acknowledgement::by).orElse(null))
                .bind("note", acknowledgement.map(Acknowledgement::note).orElse(null))
                .bind("tenant", tenant.value())
                .bind("id", id)
                .execute();
    }

    private static Query bound(Query query, InstanceQuery asked, Map<String, Object> values) {
        query.bind("tenant", asked.tenant().value()).bindMap(values);
        if (!asked.states().isEmpty()) {
            query.bindArray("states", String.class, asked.states());
        }
        if (!asked.severities().isEmpty()) {
            query.bindArray("severities", String.class, asked.severities());
        }
        return query;
    }

    private static String conditions(InstanceQuery query, Map<String, Object> values) {
        List<String> conditions = new ArrayList<>();
        if (query.open()) {
            conditions.add("ended_at IS NULL");
        }
        query.alert().ifPresent(it -> add(conditions, "alert_id = :alert", values, "alert", it));
        query.stream()
                .ifPresent(it -> add(conditions, "stream_id = :stream", values, "stream", it));
        query.shadow().ifPresent(it -> add(conditions, "shadow = :shadow", values, "shadow", it));
        query.range()
                .ifPresent(
                        it -> {
                            add(
                                    conditions,
                                    "started_at >= :from",
                                    values,
                                    "from",
                                    atUtc(it.from()));
                            add(conditions, "started_at < :to", values, "to", atUtc(it.to()));
                        });
        if (!query.states().isEmpty()) {
            conditions.add("state = ANY (CAST(:states AS text[]))");
        }
        if (!query.severities().isEmpty()) {
            conditions.add("severity = ANY (CAST(:severities AS text[]))");
        }
        if (!query.labels().isEmpty()) {
            add(
                    conditions,
                    "labels @> CAST(:labels AS jsonb)",
                    values,
                    "labels",
                    json(query.labels()));
        }
        if (!query.key().isEmpty()) {
            add(conditions, "key @> CAST(:key AS jsonb)", values, "key", json(query.key()));
        }
        query.after()
                .ifPresent(
                        it -> {
                            add(
                                    conditions,
                                    "(started_at, id) < (:afterStart, :afterId)",
                                    values,
                                    "afterStart",
                                    atUtc(it.startedAt()));
                            values.put("afterId", it.id());
                        });
        return conditions.isEmpty() ? "" : " AND " + String.join(" AND ", conditions);
    }

    private static void add(
            List<String> conditions,
            String condition,
            Map<String, Object> values,
            String name,
            Object value) {
        conditions.add(condition);
        values.put(name, value);
    }

    private static String json(Map<String, String> values) {
        return Json.mapper().valueToTree(values).toString();
    }

    private static AlertInstance instance(ResultSet row, StatementContext context)
            throws SQLException {
        String endEvidence = row.getString("end_evidence");
        return new AlertInstance(
                row.getObject("id", UUID.class),
                row.getObject("alert_id", UUID.class),
                row.getString("name"),
                row.getLong("version"),
                row.getBoolean("shadow"),
                Optional.ofNullable(row.getObject("stream_id", UUID.class)),
                row.getString("fingerprint"),
                tree(row.getString("key")),
                row.getString("state"),
                Optional.ofNullable(row.getString("reason")),
                instant(row, "started_at").orElseThrow(),
                instant(row, "fired_at"),
                instant(row, "ended_at"),
                row.getString("severity"),
                tree(row.getString("labels")),
                tree(row.getString("annotations")),
                tree(row.getString("evidence")),
                endEvidence == null ? Optional.empty() : Optional.of(tree(endEvidence)),
                acknowledgement(row),
                instant(row, "updated_at").orElseThrow());
    }

    private static Optional<Acknowledgement> acknowledgement(ResultSet row) throws SQLException {
        Optional<Instant> at = instant(row, "acked_at");
        return at.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Acknowledgement(
                                at.get(), row.getString("acked_by"), row.getString("ack_note")));
    }

    private static JsonNode tree(String json) throws SQLException {
        try {
            return Json.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new SQLException("alert_instances: a column is not JSON", e);
        }
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
