package io.streamgauge.control.tenantadmin;

import io.streamgauge.contracts.TenantId;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * A tenant with rows everywhere, and with one user who is a member of another tenant as well.
 *
 * @param own the user who belongs to this tenant alone
 * @param shared the user who belongs to another one, too
 * @param alerts one of each stream, and a composite of these
 */
record FilledTenant(TenantId id, UUID own, UUID shared, List<UUID> streams, List<UUID> alerts) {

    /** Of each stream on each of the days: of a day more than go in one transaction. */
    static final int AGGREGATES = 6_000;

    /** Adds rows to a tenant that is there. */
    static FilledTenant fill(Jdbi owner, TenantId tenant, TenantId neighbour) {
        FilledTenant filled =
                new FilledTenant(
                        tenant,
                        UUID.randomUUID(),
                        UUID.randomUUID(),
                        List.of(UUID.randomUUID(), UUID.randomUUID()),
                        List.of(UUID.randomUUID(), UUID.randomUUID(), UUID.randomUUID()));
        owner.useTransaction(handle -> filled.insert(handle, neighbour));
        return filled;
    }

    /**
     * How many rows each table has of a tenant, as far as the catalog says whose a row is; of the
     * tables that have some.
     */
    static Map<String, Long> rows(Jdbi owner, TenantId tenant) {
        return owner.withHandle(
                handle -> {
                    Map<String, Long> counts = new TreeMap<>();
                    handle.select(
                                    """
                                    SELECT table_name, column_name FROM information_schema.columns
                                    JOIN information_schema.tables USING (table_schema, table_name)
                                    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                                        AND (column_name = 'tenant_id'
                                            OR table_name = 'tenants' AND column_name = 'id')
                                        AND NOT (table_name ~ '_[0-9]{8}$') -- within their parents\
                                    """)
                            .map(
                                    (row, context) ->
                                            Map.entry(
                                                    row.getString("table_name"),
                                                    row.getString("column_name")))
                            .forEach(
                                    table ->
                                            counts.put(
                                                    table.getKey(), count(handle, table, tenant)));
                    counts.values().removeIf(count -> count == 0);
                    return counts;
                });
    }

    private static long count(Handle handle, Map.Entry<String, String> table, TenantId tenant) {
        return handle.select(
                        "SELECT count(*) FROM %s WHERE %s = ?"
                                .formatted(table.getKey(), table.getValue()),
                        tenant.value())
                .mapTo(Long.class)
                .one();
    }

    private void insert(Handle handle, TenantId neighbour) {
        String tenant = id.value();
        for (UUID stream : streams) {
            handle.execute(
                    "INSERT INTO streams VALUES (?, ?, ?, ?::jsonb, 1, now(), now())",
                    tenant,
                    stream,
                    "s-" + stream.toString().substring(0, 8),
                    """
                    {"name": "s-%s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
                    """
                            .formatted(stream.toString().substring(0, 8)));
            handle.execute(
                    """
                    INSERT INTO series
                    SELECT ?, ?, gen_random_uuid(), '{}' FROM generate_series(1, ?)\
                    """,
                    tenant,
                    stream,
                    stream.equals(streams.getFirst()) ? 10_500 : 1);
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            for (LocalDate date : List.of(today.minusDays(3), today.minusDays(2))) {
                String day = date.toString();
                handle.execute("SELECT ensure_day_partition('aggregates', ?::date)", day);
                handle.execute("SELECT ensure_day_partition('rejected_events', ?::date)", day);
                handle.execute("SELECT ensure_day_partition('anomalies', ?::date)", day);
                handle.execute(
                        """
                        INSERT INTO anomalies
                        SELECT ?, ?, ?::timestamptz, gen_random_uuid(), 1, gen_random_uuid(), '{}',
                            'm', 0.5, 'spike', true, 1, 1, 1, 1, '[]' FROM generate_series(1, 10)\
                        """,
                        tenant,
                        stream,
                        day + " 10:00Z");
                handle.execute(
                        """
                        INSERT INTO aggregates
                        SELECT ?, ?, 1, ?::timestamptz + i * interval '1 s', gen_random_uuid(), 0,
                            'on-time', 1, '{}' FROM generate_series(1, ?) i\
                        """,
                        tenant,
                        stream,
                        day + " 00:00Z",
                        AGGREGATES);
                handle.execute(
                        """
                        INSERT INTO rejected_events
                        SELECT ?, ?, 0, i, 'late', '', ?::timestamptz, '{}' FROM generate_series(1, 10) i\
                        """,
                        tenant,
                        stream,
                        day + " 10:00Z");
            }
        }
        insertAlerts(handle);
        insertDetection(handle, streams.getFirst());
        for (UUID user : List.of(own, shared)) {
            handle.execute(
                    "INSERT INTO users (id, issuer, subject) VALUES (?, 'i', ?)",
                    user,
                    user.toString());
            handle.execute(
                    "INSERT INTO memberships (tenant_id, user_id, role) VALUES (?, ?, 'viewer')",
                    tenant,
                    user);
        }
        handle.execute(
                "INSERT INTO memberships (tenant_id, user_id, role) VALUES (?, ?, 'viewer')",
                neighbour.value(),
                shared);
        handle.execute(
                """
                INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes, created_by,
                    created_at)
                VALUES (?, gen_random_uuid(), 'k', ?, decode(repeat('00', 32), 'hex'), '{}', 'x', now())\
                """,
                tenant,
                tenant);
        handle.execute(
                """
                INSERT INTO audit_log (tenant_id, at, actor_kind, actor, action, resource_type,
                    resource_id, remote_address, request_id)
                VALUES (?, now(), 'jwt', 'x', 'create', 'stream', 'x', '', '')\
                """,
                tenant);
    }

    private void insertDetection(Handle handle, UUID stream) {
        String tenant = id.value();
        handle.execute(
                """
                INSERT INTO models (tenant_id, id, stream_id, version, state, created_at, created_by,
                    activated_at, feature_version, measures, data_from, data_to, points, metrics,
                    provenance, bytes)
                SELECT ?, gen_random_uuid(), ?, i, CASE i WHEN 1 THEN 'active' ELSE 'retired' END,
                    now(), 'x', now(), 1, '{v}', now(), now(), 1, '{}', '', ''
                FROM generate_series(1, 3) i\
                """,
                tenant,
                stream);
        handle.execute(
                """
                INSERT INTO trainings (tenant_id, id, stream_id, state, scheduled, requested_at,
                    requested_by, forced, ended_at, progress)
                VALUES (?, gen_random_uuid(), ?, 'done', false, now(), 'x', false, now(), 1)\
                """,
                tenant,
                stream);
        handle.execute(
                "INSERT INTO detection_settings VALUES (?, ?, 1, 0.5, '[]', now(), 'x')",
                tenant,
                stream);
        handle.execute(
                """
                INSERT INTO detection_status
                VALUES (?, ?, 0, 1, 'no_model', NULL, NULL, NULL, 0.5, 0, 0, 0, 0, 0, 0, 0, now())\
                """,
                tenant,
                stream);
        handle.execute(
                """
                INSERT INTO detection_exclusions VALUES (?, gen_random_uuid(), ?, now(),
                    now() + interval '1 h', '{}', '', now(), 'x')\
                """,
                tenant,
                stream);
        handle.execute(
                """
                INSERT INTO anomaly_feedback SELECT ?, ?, gen_random_uuid(), now(), 1,
                    gen_random_uuid(), '{}', 'v', true, '', now(), 'x' FROM generate_series(1, 5)\
                """,
                tenant,
                stream);
    }

    private void insertAlerts(Handle handle) {
        String tenant = id.value();
        insertAlert(handle, alerts.get(0), streams.get(0));
        insertAlert(handle, alerts.get(1), streams.get(1));
        UUID composite = alerts.get(2);
        insertAlert(handle, composite, null);
        handle.execute(
                """
                INSERT INTO alert_members SELECT ?, ?, name, id FROM alerts
                WHERE tenant_id = ? AND stream_id IS NOT NULL\
                """,
                tenant,
                composite,
                tenant);
        handle.execute(
                """
                INSERT INTO alert_instances (id, tenant_id, alert_id, name, version, shadow,
                    fingerprint, key, state, started_at, severity, labels, annotations, evidence,
                    updated_at)
                SELECT gen_random_uuid(), ?, ?, 'a', 1, false, 'f', '{}', 'firing', now(), 'info',
                    '{}', '{}', '{}', now() FROM generate_series(1, 10_500)\
                """,
                tenant,
                composite);
        handle.execute(
                """
                INSERT INTO silences VALUES (?, gen_random_uuid(), '[]', now(),
                    now() + interval '1 h', '', 'x', 1, now(), now())\
                """,
                tenant);
    }

    private void insertAlert(Handle handle, UUID alert, @Nullable UUID stream) {
        String tenant = id.value();
        handle.execute(
                """
                INSERT INTO alerts (tenant_id, id, name, stream_id, active_version, last_version,
                    revision, created_at, updated_at)
                VALUES (?, ?, ?, ?, 1, 1, 1, now(), now())\
                """,
                tenant,
                alert,
                "a-" + alert.toString().substring(0, 8),
                stream);
        handle.execute(
                "INSERT INTO alert_versions VALUES (?, ?, 1, '{}', now(), 'x')", tenant, alert);
        handle.execute(
                """
                INSERT INTO alert_status
                VALUES (?, ?, 1, 0, 1, 1, 'active', now(), 0, NULL, 0, 0, now())\
                """,
                tenant,
                alert);
    }
}
