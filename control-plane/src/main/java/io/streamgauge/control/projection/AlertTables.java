package io.streamgauge.control.projection;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.alert.RuleStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of what comes of alerts. An instance only goes forward, from pending to firing to
 * resolved: a transition that comes again, or after a later one, changes nothing. One that was
 * pending and never fired leaves no row.
 */
final class AlertTables {

    /** Keeps the alerts from being deleted until the transaction ends. */
    private static final String LOCK_ALERTS =
            """
            SELECT id FROM alerts WHERE tenant_id = :tenant AND id = ANY (CAST(:ids AS uuid[]))
            FOR KEY SHARE\
            """;

    /** Keeps the instances from being forgotten until the transaction ends. */
    private static final String LOCK_INSTANCES =
            """
            SELECT id FROM alert_instances
            WHERE tenant_id = :tenant AND id = ANY (CAST(:ids AS uuid[]))
            FOR UPDATE\
            """;

    private static final String UPSERT =
            """
            INSERT INTO alert_instances AS held (
                tenant_id, id, alert_id, name, version, shadow, stream_id, fingerprint, key,
                state, reason, started_at, fired_at, ended_at, severity, labels, annotations,
                evidence, end_evidence, updated_at)
            SELECT :tenant, id, alert, name, version, shadow, stream, fingerprint, key,
                state, reason, started_at, fired_at,
                CASE WHEN state = 'resolved' THEN at END, severity, labels, annotations,
                evidence, CASE WHEN state = 'resolved' THEN evidence END, at
            FROM unnest(
                CAST(:ids AS uuid[]), CAST(:alerts AS uuid[]), CAST(:names AS text[]),
                CAST(:versions AS bigint[]), CAST(:shadows AS boolean[]),
                CAST(:streams AS uuid[]), CAST(:fingerprints AS text[]),
                CAST(:keys AS jsonb[]), CAST(:states AS text[]), CAST(:reasons AS text[]),
                CAST(:starts AS timestamptz[]), CAST(:fired AS timestamptz[]),
                CAST(:severities AS text[]), CAST(:labels AS jsonb[]),
                CAST(:annotations AS jsonb[]), CAST(:evidence AS jsonb[]),
                CAST(:times AS timestamptz[]))
                AS new (id, alert, name, version, shadow, stream, fingerprint, key, state, reason,
                    started_at, fired_at, severity, labels, annotations, evidence, at)
            ON CONFLICT (id, tenant_id) DO UPDATE SET
                state = excluded.state, updated_at = excluded.updated_at,
            """;

    private static final String FIRE =
            UPSERT
                    + """
                        fired_at = excluded.fired_at, severity = excluded.severity,
                        labels = excluded.labels, annotations = excluded.annotations,
                        evidence = excluded.evidence
                    WHERE held.state = 'pending' AND excluded.state = 'firing'\
                    """;

    /** What it fired with stays beside what it ended with. */
    private static final String RESOLVE =
            UPSERT
                    + """
                        reason = excluded.reason, ended_at = excluded.ended_at,
                        fired_at = coalesce(held.fired_at, excluded.fired_at),
                        end_evidence = excluded.end_evidence
                    WHERE held.ended_at IS NULL\
                    """;

    private static final String DISMISS =
            """
            DELETE FROM alert_instances
            WHERE tenant_id = :tenant AND id = ANY (CAST(:ids AS uuid[])) AND state = 'pending'\
            """;

    private static final String UPSERT_STATUSES =
            """
            INSERT INTO alert_status AS held (
                tenant_id, alert_id, version, subtask, parallelism, revision, state,
                effective_from, errors, last_error, dropped_partial_matches, dropped_instances,
                throttled, throttled_until, at)
            SELECT :tenant, * FROM unnest(
                CAST(:alerts AS uuid[]), CAST(:versions AS bigint[]), CAST(:subtasks AS int[]),
                CAST(:parallelisms AS int[]), CAST(:revisions AS bigint[]),
                CAST(:states AS text[]), CAST(:effective AS timestamptz[]),
                CAST(:errors AS bigint[]), CAST(:lastErrors AS text[]),
                CAST(:matches AS bigint[]), CAST(:instances AS bigint[]),
                CAST(:throttled AS bigint[]), CAST(:throttledUntil AS timestamptz[]),
                CAST(:times AS timestamptz[]))
            ON CONFLICT (tenant_id, alert_id, version, subtask) DO UPDATE SET
                parallelism = excluded.parallelism, revision = excluded.revision,
                state = excluded.state, effective_from = excluded.effective_from,
                errors = excluded.errors, last_error = excluded.last_error,
                dropped_partial_matches = excluded.dropped_partial_matches,
                dropped_instances = excluded.dropped_instances, throttled = excluded.throttled,
                throttled_until = excluded.throttled_until, at = excluded.at
            WHERE excluded.at >= held.at\
            """;

    private static final int MAX_ERROR_CHARACTERS = 1_024;

    private AlertTables() {}

    /** Those of the alerts that exist; they go on to exist until the transaction ends. */
    static Set<UUID> lockAlerts(Handle handle, TenantId tenant, Collection<UUID> alerts) {
        return lock(handle, LOCK_ALERTS, tenant, alerts);
    }

    /** Those of the instances that are there; they stay until the transaction ends. */
    static Set<UUID> lockInstances(Handle handle, TenantId tenant, Collection<UUID> instances) {
        return instances.isEmpty() ? Set.of() : lock(handle, LOCK_INSTANCES, tenant, instances);
    }

    private static Set<UUID> lock(
            Handle handle, String sql, TenantId tenant, Collection<UUID> ids) {
        return handle.createQuery(sql)
                .bind("tenant", tenant.value())
                .bindArray("ids", UUID.class, List.copyOf(ids))
                .mapTo(UUID.class)
                .set();
    }

    /** Stores begins first: an end of the same batch is of an instance that has begun by then. */
    static void store(Handle handle, TenantId tenant, List<ResultRow.Instance> rows) {
        upsert(handle, FIRE, tenant, rows, InstanceState.PENDING, InstanceState.FIRING);
        upsert(handle, RESOLVE, tenant, rows, InstanceState.RESOLVED);
        List<AlertTransition> dismissed = in(rows, InstanceState.DISMISSED);
        if (!dismissed.isEmpty()) {
            handle.createUpdate(DISMISS)
                    .bind("tenant", tenant.value())
                    .bindArray("ids", UUID.class, column(dismissed, AlertTransition::instance))
                    .execute();
        }
    }

    private static List<AlertTransition> in(
            List<ResultRow.Instance> rows, InstanceState... states) {
        return rows.stream()
                .map(ResultRow.Instance::transition)
                .filter(it -> List.of(states).contains(it.state()))
                .toList();
    }

    private static void upsert(
            Handle handle,
            String sql,
            TenantId tenant,
            List<ResultRow.Instance> all,
            InstanceState... states) {
        List<AlertTransition> rows = in(all, states);
        if (rows.isEmpty()) {
            return;
        }
        List<JsonNode> json = column(rows, AlertTransitionCodec::toJson);
        Update update = handle.createUpdate(sql).bind("tenant", tenant.value());
        update.bindArray("ids", UUID.class, column(rows, AlertTransition::instance))
                .bindArray("alerts", UUID.class, column(rows, row -> row.alert().value()))
                .bindArray("names", String.class, column(rows, AlertTransition::name))
                .bindArray("versions", Long.class, column(rows, AlertTransition::version))
                .bindArray("shadows", Boolean.class, column(rows, AlertTransition::shadow))
                .bindArray("streams", String.class, texts(rows, AlertTables::stream))
                .bindArray("fingerprints", String.class, column(rows, AlertTransition::fingerprint))
                .bindArray("keys", String.class, column(json, row -> member(row, "key")))
                .bindArray("states", String.class, column(rows, row -> row.state().wireName()))
                .bindArray("reasons", String.class, texts(rows, AlertTables::reason))
                .bindArray("starts", String.class, column(rows, row -> time(row.startedAt())))
                .bindArray("fired", String.class, texts(rows, AlertTables::firedAt))
                .bindArray(
                        "severities", String.class, column(rows, row -> row.severity().wireName()))
                .bindArray("labels", String.class, column(json, row -> member(row, "labels")))
                .bindArray(
                        "annotations",
                        String.class,
                        column(json, row -> member(row, "annotations")))
                .bindArray("evidence", String.class, column(json, row -> member(row, "evidence")))
                .bindArray("times", String.class, column(rows, row -> time(row.at())))
                .execute();
    }

    static void upsertStatuses(Handle handle, TenantId tenant, List<ResultRow.Status> statuses) {
        List<RuleStatus> rows = column(statuses, ResultRow.Status::status);
        handle.createUpdate(UPSERT_STATUSES)
                .bind("tenant", tenant.value())
                .bindArray("alerts", UUID.class, column(rows, row -> row.alert().value()))
                .bindArray("versions", Long.class, column(rows, RuleStatus::version))
                .bindArray("subtasks", Integer.class, column(rows, RuleStatus::subtask))
                .bindArray("parallelisms", Integer.class, column(rows, RuleStatus::parallelism))
                .bindArray("revisions", Long.class, column(rows, RuleStatus::revision))
                .bindArray("states", String.class, column(rows, row -> row.state().wireName()))
                .bindArray(
                        "effective", String.class, column(rows, row -> time(row.effectiveFrom())))
                .bindArray("errors", Long.class, column(rows, RuleStatus::errors))
                .bindArray("lastErrors", String.class, texts(rows, AlertTables::lastError))
                .bindArray("matches", Long.class, column(rows, RuleStatus::droppedPartialMatches))
                .bindArray("instances", Long.class, column(rows, RuleStatus::droppedInstances))
                .bindArray("throttled", Long.class, column(rows, RuleStatus::throttled))
                .bindArray(
                        "throttledUntil",
                        String.class,
                        texts(rows, row -> row.throttledUntil().map(AlertTables::time)))
                .bindArray("times", String.class, column(rows, row -> time(row.at())))
                .execute();
    }

    private static Optional<String> stream(AlertTransition row) {
        return row.stream().map(Object::toString);
    }

    private static Optional<String> reason(AlertTransition row) {
        return row.reason().map(EndReason::wireName);
    }

    private static Optional<String> firedAt(AlertTransition row) {
        return row.firedAt()
                .or(
                        () ->
                                row.state() == InstanceState.FIRING
                                        ? Optional.of(row.at())
                                        : Optional.empty())
                .map(AlertTables::time);
    }

    private static Optional<String> lastError(RuleStatus row) {
        return row.lastError().map(it -> ResultReader.storable(it, MAX_ERROR_CHARACTERS));
    }

    private static String member(JsonNode json, String name) {
        return StorableJson.of(json.path(name)).toString();
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    private static <R, T> List<T> column(List<R> rows, Function<R, ? extends T> value) {
        return rows.stream().<T>map(value).toList();
    }

    /** A column that can be NULL; such lists are not for {@code List.copyOf}. */
    private static <R> List<@Nullable String> texts(
            List<R> rows, Function<R, Optional<String>> value) {
        List<@Nullable String> texts = new ArrayList<>();
        rows.forEach(row -> texts.add(value.apply(row).orElse(null)));
        return texts;
    }
}
