package io.streamgauge.control.database;

import io.streamgauge.contracts.TenantId;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Gives a tenant a row in every table that has rows of tenants, as the owner of the schema. */
final class TenantRows {

    private static final String DAY = "2026-01-07";

    private final TenantId tenant;
    private final UUID stream = UUID.randomUUID();
    private final UUID series = UUID.randomUUID();
    private final UUID user = UUID.randomUUID();
    private final UUID key = UUID.randomUUID();
    private final UUID audit = UUID.randomUUID();
    private final UUID alert = UUID.randomUUID();
    private final UUID instance = UUID.randomUUID();
    private final UUID silence = UUID.randomUUID();
    private final UUID model = UUID.randomUUID();
    private final UUID training = UUID.randomUUID();
    private final UUID exclusion = UUID.randomUUID();

    private TenantRows(TenantId tenant) {
        this.tenant = tenant;
    }

    static TenantRows insert(Jdbi owner, TenantId tenant) {
        TenantRows rows = new TenantRows(tenant);
        owner.useHandle(rows::insert);
        return rows;
    }

    TenantId tenant() {
        return tenant;
    }

    /** A user who belongs to this tenant and to no other. */
    UUID user() {
        return user;
    }

    /** Every row that has an id of its own. */
    List<String> resourceIds() {
        return List.of(
                tenant.value(),
                stream.toString(),
                series.toString(),
                key.toString(),
                audit.toString(),
                alert.toString(),
                instance.toString(),
                silence.toString(),
                model.toString(),
                training.toString(),
                exclusion.toString());
    }

    /** Tables whose rows {@link #resourceIds} names. */
    static List<String> tablesOfResources() {
        return List.of(
                "tenants",
                "streams",
                "series",
                "api_keys",
                "audit_log",
                "alerts",
                "alert_instances",
                "silences",
                "models",
                "trainings",
                "detection_exclusions");
    }

    /** The condition by which a table's row is this tenant's. */
    String belonging(String table) {
        return switch (table) {
            case "tenants" -> "id = '%s'".formatted(tenant);
            case "users" -> "id = '%s'".formatted(user);
            default -> "tenant_id = '%s'".formatted(tenant);
        };
    }

    /** The column that says whose a table's row is. */
    static String column(String table) {
        return table.equals("tenants") || table.equals("users") ? "id" : "tenant_id";
    }

    /**
     * An update that breaks nothing; of a tenant one that changes something, others count as none.
     */
    static String assignment(String table) {
        return table.equals("tenants")
                ? "name = name || '.'"
                : "%s = %s".formatted(column(table), column(table));
    }

    private void insert(Handle handle) {
        String id = tenant.value();
        handle.execute("SELECT ensure_day_partition('aggregates', ?::date)", DAY);
        handle.execute("SELECT ensure_day_partition('rejected_events', ?::date)", DAY);
        handle.execute("SELECT ensure_day_partition('anomalies', ?::date)", DAY);
        handle.execute("INSERT INTO streams VALUES (?, ?, 's', '{}', 1, now(), now())", id, stream);
        handle.execute("INSERT INTO series VALUES (?, ?, ?, '{}')", id, stream, series);
        handle.execute(
                "INSERT INTO aggregates VALUES (?, ?, 1, ?::timestamptz, ?, 0, 'on-time', 1, '{}')",
                id,
                stream,
                DAY + " 10:00Z",
                series);
        handle.execute(
                "INSERT INTO rejected_events VALUES (?, ?, 0, 1, 'late', '', ?::timestamptz, '')",
                id,
                stream,
                DAY + " 10:00Z");
        handle.execute(
                """
                INSERT INTO anomalies VALUES (?, ?, ?::timestamptz, ?, 1, ?, '{}', 'm', 0.5,
                    'spike', true, 1, 1, 1, 1, '[]')\
                """,
                id,
                stream,
                DAY + " 10:00Z",
                series,
                series);
        handle.execute("INSERT INTO outbox (tenant_id, message_key) VALUES (?, 'k')", id);
        handle.execute(
                "INSERT INTO users (id, issuer, subject) VALUES (?, 'i', ?)",
                user,
                user.toString());
        handle.execute(
                "INSERT INTO memberships (tenant_id, user_id, role) VALUES (?, ?, 'viewer')",
                id,
                user);
        handle.execute(
                """
                INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes, created_by, created_at)
                VALUES (?, ?, 'k', ?, decode(repeat('00', 32), 'hex'), '{}', 'x', now())\
                """,
                id,
                key,
                key.toString());
        handle.execute(
                """
                INSERT INTO audit_log (id, tenant_id, at, actor_kind, actor, action, resource_type,
                    resource_id, remote_address, request_id)
                VALUES (?, ?, now(), 'jwt', 'x', 'create', 'stream', 'x', '', '')\
                """,
                audit,
                id);
        insertAlert(handle);
        insertDetection(handle);
        handle.execute(
                "INSERT INTO tenant_deletions (tenant_id, requested_at, requested_by) VALUES (?,"
                        + " now(), 'x')",
                id);
    }

    private void insertAlert(Handle handle) {
        String id = tenant.value();
        handle.execute(
                """
                INSERT INTO alerts (tenant_id, id, name, stream_id, active_version, last_version,
                    revision, created_at, updated_at)
                VALUES (?, ?, 'a', ?, 1, 1, 1, now(), now())\
                """,
                id,
                alert,
                stream);
        handle.execute("INSERT INTO alert_versions VALUES (?, ?, 1, '{}', now(), 'x')", id, alert);
        handle.execute("INSERT INTO alert_members VALUES (?, ?, 'a', ?)", id, alert, alert);
        handle.execute(
                """
                INSERT INTO alert_status
                VALUES (?, ?, 1, 0, 1, 1, 'active', now(), 0, NULL, 0, 0, now())\
                """,
                id,
                alert);
        handle.execute(
                """
                INSERT INTO alert_instances (id, tenant_id, alert_id, name, version, shadow,
                    fingerprint, key, state, started_at, severity, labels, annotations, evidence,
                    updated_at)
                VALUES (?, ?, ?, 'a', 1, false, 'f', '{}', 'pending', now(), 'info', '{}', '{}',
                    '{}', now())\
                """,
                instance,
                id,
                alert);
        handle.execute(
                """
                INSERT INTO silences
                VALUES (?, ?, '[]', now(), now() + interval '1 h', '', 'x', 1, now(), now())\
                """,
                id,
                silence);
    }

    private void insertDetection(Handle handle) {
        String id = tenant.value();
        handle.execute(
                """
                INSERT INTO models (tenant_id, id, stream_id, version, state, created_at, created_by,
                    feature_version, measures, data_from, data_to, points, metrics, provenance,
                    bytes)
                VALUES (?, ?, ?, 1, 'candidate', now(), 'x', 1, '{m}', now(), now(), 1, '{}', '',
                    '')\
                """,
                id,
                model,
                stream);
        // Done, since a trainer that other tests run takes up what waits.
        handle.execute(
                """
                INSERT INTO trainings (tenant_id, id, stream_id, state, scheduled, requested_at,
                    requested_by, forced, ended_at, progress)
                VALUES (?, ?, ?, 'done', false, now(), 'x', false, now(), 1)\
                """,
                id,
                training,
                stream);
        handle.execute(
                "INSERT INTO detection_settings VALUES (?, ?, 1, 0.5, '[]', now(), 'x')",
                id,
                stream);
        handle.execute(
                """
                INSERT INTO detection_status
                VALUES (?, ?, 0, 1, 'no_model', NULL, NULL, NULL, 0.5, 0, 0, 0, 0, 0, 0, 0, now())\
                """,
                id,
                stream);
        handle.execute(
                """
                INSERT INTO detection_exclusions
                VALUES (?, ?, ?, now(), now() + interval '1 h', '{}', '', now(), 'x')\
                """,
                id,
                exclusion,
                stream);
        handle.execute(
                """
                INSERT INTO anomaly_feedback
                VALUES (?, ?, ?, now(), 1, ?, '{}', 'm', true, '', now(), 'x')\
                """,
                id,
                stream,
                series,
                series);
    }
}
