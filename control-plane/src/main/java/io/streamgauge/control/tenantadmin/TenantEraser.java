package io.streamgauge.control.tenantadmin;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.retention.DayTable;
import io.streamgauge.control.stream.StreamTombstones;
import java.time.Clock;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Removes all that is stored of a tenant, in many small transactions. It keeps no account of how
 * far it has come: each step removes what is still there, so that after a crash it begins at the
 * first step and finds nothing to do until it is where it was. One replica at a time, by a lock of
 * the database.
 *
 * <p><b>Order.</b> The alerts go first, since they hold their streams, and then the streams, each
 * with its tombstone: from then on the jobs judge and count nothing more, and the projection, which
 * stores results only of streams that it can lock, brings nothing back. Instances of alerts that
 * come late, as their end does, go with the tenant's row. That goes after everything that hangs on
 * it, and only where no stream or alert was made meanwhile by a request that was under way. The
 * audit log goes last, since it gives up only entries of tenants that are gone.
 */
final class TenantEraser {

    /** Any number, as long as nothing else in this database locks it. */
    private static final long LOCK = 0x5347_5445_4e44_454cL; // "SGTENDEL"

    /** What hangs on a stream, and is bounded for each. */
    private static final List<String> OF_STREAMS =
            List.of(
                    "anomaly_feedback",
                    "detection_exclusions",
                    "detection_settings",
                    "detection_status",
                    "trainings",
                    "models");

    /** Far below what a statement has time for. */
    private static final int ROWS = 10_000;

    /** Fewer, since each has a message, its versions and its statuses. */
    private static final int ALERTS = 50;

    private final Database database;
    private final Outbox outbox;
    private final AuditLog audit;
    private final Clock clock;
    private final DeletionRepository deletions = new DeletionRepository();

    TenantEraser(Database database, Outbox outbox, AuditLog audit, Clock clock) {
        this.database = database;
        this.outbox = outbox;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * What one transaction does: the number of rows that it has removed, 0 where none are left;
     * empty where the deletion cannot go on at present.
     */
    @FunctionalInterface
    private interface Step extends Function<Handle, Optional<Integer>> {}

    /**
     * Goes on with a tenant's deletion, to its end where it can.
     *
     * @param stopped asked between the transactions
     * @return false where it has to be called again: another replica is at it, messages wait to be
     *     published, or it was stopped
     */
    boolean erase(TenantId tenant, BooleanSupplier stopped) {
        return (isGone(tenant) || eraseTenant(tenant, stopped))
                && exhaust(tenant, stopped, handle -> Optional.of(auditEntries(handle, tenant)))
                && exhaust(tenant, stopped, handle -> finish(handle, tenant));
    }

    /** The row goes after everything that hangs on it, so this need not be looked for any more. */
    private boolean isGone(TenantId tenant) {
        return database.inSystem(
                handle ->
                        handle.createQuery("SELECT NOT EXISTS (SELECT FROM tenants WHERE id = :id)")
                                .bind("id", tenant.value())
                                .mapTo(Boolean.class)
                                .one());
    }

    private boolean eraseTenant(TenantId tenant, BooleanSupplier stopped) {
        return exhaust(tenant, stopped, handle -> Optional.of(alerts(handle, tenant)))
                && exhaust(tenant, stopped, handle -> Optional.of(streams(handle, tenant)))
                && days(tenant, stopped, DayTable.AGGREGATES)
                && days(tenant, stopped, DayTable.REJECTED_EVENTS)
                && days(tenant, stopped, DayTable.ANOMALIES)
                && exhaust(
                        tenant,
                        stopped,
                        handle -> Optional.of(deleteSome(handle, "alert_instances", tenant)))
                && exhaust(
                        tenant,
                        stopped,
                        handle -> Optional.of(deleteSome(handle, "silences", tenant)))
                && exhaust(tenant, stopped, handle -> Optional.of(keys(handle, tenant)))
                && exhaust(tenant, stopped, handle -> Optional.of(members(handle, tenant)))
                && exhaust(tenant, stopped, handle -> theTenant(handle, tenant));
    }

    private boolean days(TenantId tenant, BooleanSupplier stopped, DayTable table) {
        for (LocalDate day : database.inSystem(table::days)) {
            if (!exhaust(
                    tenant,
                    stopped,
                    handle -> Optional.of(table.deleteSome(handle, tenant, day)))) {
                return false;
            }
        }
        return true;
    }

    /** Repeats a step until it finds nothing more; false where it could not come so far. */
    private boolean exhaust(TenantId tenant, BooleanSupplier stopped, Step step) {
        while (!stopped.getAsBoolean()) {
            Optional<Integer> removed =
                    database.inSystemAlone(
                                    LOCK,
                                    handle -> {
                                        Database.enterTenant(handle, tenant);
                                        Optional<Integer> rows = step.apply(handle);
                                        rows.filter(it -> it > 0)
                                                .ifPresent(
                                                        it ->
                                                                deletions.addRows(
                                                                        handle, tenant, it));
                                        return rows;
                                    })
                            .flatMap(Function.identity());
            if (removed.isEmpty()) {
                return false;
            }
            if (removed.get() == 0) {
                outbox.committed();
                return true;
            }
        }
        return false;
    }

    /** Some alerts, with what the jobs said of them and all their versions. */
    private int alerts(Handle handle, TenantId tenant) {
        int members = deleteSome(handle, "alert_members", tenant); // which hold other alerts
        if (members > 0) {
            return members;
        }
        List<UUID> some =
                handle.createQuery(
                                """
                                SELECT id FROM alerts WHERE tenant_id = :tenant
                                ORDER BY id LIMIT :limit FOR UPDATE\
                                """)
                        .bind("tenant", tenant.value())
                        .bind("limit", ALERTS)
                        .mapTo(UUID.class)
                        .list();
        for (UUID alert : some) {
            outbox.appendTombstone(
                    handle,
                    tenant,
                    new AlertDefinitionCodec.Key(tenant, new AlertId(alert)).toString());
        }
        int rows = 0;
        for (String hanging : List.of("alert_status", "alert_versions")) {
            rows += deleteOf(handle, hanging, "alert_id", tenant, some);
        }
        return rows + deleteOf(handle, "alerts", "id", tenant, some);
    }

    private static int deleteOf(
            Handle handle, String table, String column, TenantId tenant, List<UUID> ids) {
        return handle.createUpdate(
                        "DELETE FROM %s WHERE tenant_id = :tenant AND %s = ANY (:ids)"
                                .formatted(table, column))
                .bind("tenant", tenant.value())
                .bindArray("ids", UUID.class, ids)
                .execute();
    }

    /** Some series of a stream, or the last of them and the stream itself. */
    private int streams(Handle handle, TenantId tenant) {
        Optional<UUID> stream =
                handle.createQuery(
                                """
                                SELECT id FROM streams WHERE tenant_id = :tenant
                                ORDER BY id LIMIT 1 FOR UPDATE\
                                """)
                        .bind("tenant", tenant.value())
                        .mapTo(UUID.class)
                        .findOne();
        if (stream.isEmpty()) {
            return 0;
        }
        // Those that hang on it would go by themselves, but all in one statement.
        int series =
                handle.createUpdate(
                                """
                                DELETE FROM series WHERE tenant_id = :tenant AND stream_id = :stream
                                    AND ctid = ANY (ARRAY(SELECT ctid FROM series
                                        WHERE tenant_id = :tenant AND stream_id = :stream
                                        LIMIT :limit))\
                                """)
                        .bind("tenant", tenant.value())
                        .bind("stream", stream.get())
                        .bind("limit", ROWS)
                        .execute();
        if (series == ROWS) {
            return series;
        }
        StreamId id = new StreamId(stream.get());
        for (String told : StreamTombstones.of(handle, tenant, id)) {
            outbox.appendTombstone(handle, tenant, told);
        }
        int hanging = 0;
        for (String table : OF_STREAMS) {
            hanging += deleteOf(handle, table, "stream_id", tenant, List.of(stream.get()));
        }
        return series
                + hanging
                + handle.createUpdate(
                                "DELETE FROM streams WHERE tenant_id = :tenant AND id = :stream")
                        .bind("tenant", tenant.value())
                        .bind("stream", stream.get())
                        .execute();
    }

    private int keys(Handle handle, TenantId tenant) {
        return deleteSome(handle, "api_keys", tenant);
    }

    /** Members, and the users who were members of nothing else. */
    private int members(Handle handle, TenantId tenant) {
        List<UUID> users =
                handle.createQuery(
                                """
                                DELETE FROM memberships WHERE tenant_id = :tenant
                                    AND user_id IN (SELECT user_id FROM memberships
                                        WHERE tenant_id = :tenant LIMIT :limit)
                                RETURNING user_id\
                                """)
                        .bind("tenant", tenant.value())
                        .bind("limit", ROWS)
                        .mapTo(UUID.class)
                        .list();
        if (users.isEmpty()) {
            return 0;
        }
        return users.size()
                + handle.createQuery("SELECT remove_users_without_tenant(:users)")
                        .bindArray("users", UUID.class, users)
                        .mapTo(Integer.class)
                        .one();
    }

    /** The row itself, whose trigger writes the tombstone, and with it the rows of its quotas. */
    private Optional<Integer> theTenant(Handle handle, TenantId tenant) {
        boolean there =
                handle.createQuery("SELECT true FROM tenants WHERE id = :tenant FOR UPDATE")
                        .bind("tenant", tenant.value())
                        .mapTo(Boolean.class)
                        .findOne()
                        .isPresent();
        if (!there) {
            return Optional.of(0);
        }
        // Under the lock, so that there is no stream or alert after this. One would go with the
        // tenant's row, and without a tombstone.
        if (exists(handle, "streams", tenant) || exists(handle, "alerts", tenant)) {
            return Optional.empty();
        }
        int quotas =
                handle.createQuery(
                                "SELECT count(*) FROM tenant_resources WHERE tenant_id = :tenant")
                        .bind("tenant", tenant.value())
                        .mapTo(Integer.class)
                        .one();
        return Optional.of(
                quotas
                        + handle.createUpdate("DELETE FROM tenants WHERE id = :tenant")
                                .bind("tenant", tenant.value())
                                .execute());
    }

    private int auditEntries(Handle handle, TenantId tenant) {
        return deleteSome(handle, "audit_log", tenant);
    }

    /** Says that it is over, when the jobs have been told of everything. */
    private Optional<Integer> finish(Handle handle, TenantId tenant) {
        if (deletions.find(handle, tenant).flatMap(Deletion::finishedAt).isPresent()) {
            return Optional.of(0); // by another replica
        }
        if (exists(handle, "outbox", tenant)) {
            return Optional.empty();
        }
        deletions.finish(handle, tenant, clock.instant().truncatedTo(ChronoUnit.MICROS));
        Deletion finished = deletions.find(handle, tenant).orElseThrow();
        audit.append(
                handle,
                new AuditEntry(
                        Optional.empty(),
                        Origin.SYSTEM,
                        "end",
                        "tenant",
                        tenant.value(),
                        Optional.empty(),
                        Optional.of(TenantJson.of(finished))));
        return Optional.of(0);
    }

    private static boolean exists(Handle handle, String table, TenantId tenant) {
        return handle.createQuery(
                        "SELECT EXISTS (SELECT FROM %s WHERE tenant_id = :tenant)".formatted(table))
                .bind("tenant", tenant.value())
                .mapTo(Boolean.class)
                .one();
    }

    private static int deleteSome(Handle handle, String table, TenantId tenant) {
        return handle.createUpdate(
                        """
                        DELETE FROM %s WHERE tenant_id = :tenant AND ctid = ANY (ARRAY(
                            SELECT ctid FROM %s WHERE tenant_id = :tenant LIMIT :limit))\
                        """
                                .formatted(table, table))
                .bind("tenant", tenant.value())
                .bind("limit", ROWS)
                .execute();
    }
}
