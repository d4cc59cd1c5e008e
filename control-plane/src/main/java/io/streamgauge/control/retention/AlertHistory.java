package io.streamgauge.control.retention;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.tenant.Quota;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * What is kept of alerts beyond their definitions, and is not partitioned, since it changes while
 * it is young and there is little of it. What is still open or in force is kept however old it is.
 */
enum AlertHistory {
    /** Instances, by their end. */
    INSTANCES("alert_instances", "ended_at"),
    /** Silences, by their end. */
    SILENCES("silences", "ends_at");

    private static final int ROWS = 10_000;

    private final String table;
    private final String end;

    /**
     * A tenant whose rows may be too old.
     *
     * @param days how long it may keep them
     */
    record Keeper(TenantId tenant, long days) {}

    AlertHistory(String table, String end) {
        this.table = table;
        this.end = end;
    }

    /** Name of the table. */
    String table() {
        return table;
    }

    /** All tenants, and how long each may keep results. */
    static List<Keeper> keepers(Handle handle) {
        return handle.createQuery(
                        """
                        SELECT t.id, coalesce(r.quota_limit, q.quota_limit) AS days FROM tenants t
                        JOIN tier_quotas q ON q.tier = t.tier AND q.resource_type = :quota
                        JOIN tenant_resources r
                            ON r.tenant_id = t.id AND r.resource_type = q.resource_type
                        ORDER BY t.id\
                        """)
                .bind("quota", Quota.RETENTION_DAYS.wireName())
                .map(
                        (row, context) ->
                                new Keeper(new TenantId(row.getString("id")), row.getLong("days")))
                .list();
    }

    /**
     * Deletes some of a tenant's rows that ended before a day, in the present transaction, which is
     * in the tenant.
     *
     * @return how many; 0 where there are none left
     */
    int deleteSome(Handle handle, TenantId tenant, LocalDate before) {
        return handle.createUpdate(
                        """
                        DELETE FROM %s WHERE tenant_id = :tenant AND %s < :before AND ctid = ANY (ARRAY(
                            SELECT ctid FROM %s WHERE tenant_id = :tenant AND %s < :before
                            LIMIT :limit))\
                        """
                                .formatted(table, end, table, end))
                .bind("tenant", tenant.value())
                .bind("before", before.atStartOfDay().atOffset(ZoneOffset.UTC))
                .bind("limit", ROWS)
                .execute();
    }
}
