package io.streamgauge.control.tenant;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.cache.OutageTolerantCache;
import io.streamgauge.control.database.Database;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * Finds a tenant's state without asking the database each time. A change is seen within a second,
 * this process's own at once; while the database is away, what was known stays in force.
 */
public final class TenantDirectory {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int CAPACITY = 10_000;

    private final OutageTolerantCache<TenantId, Optional<TenantState>> states;

    private record Limit(String tier, boolean active, String resource, long most) {}

    public TenantDirectory(Database database) {
        states =
                new OutageTolerantCache<>(
                        "tenant-directory",
                        FRESH,
                        CAPACITY,
                        tenant -> database.inTenant(tenant, handle -> load(handle, tenant)));
    }

    /**
     * A tenant's state.
     *
     * @return empty where there is no such tenant
     * @throws io.streamgauge.control.problem.Unavailable where the database is away and the tenant
     *     was not asked for before
     */
    public Optional<TenantState> find(TenantId tenant) {
        return states.get(tenant);
    }

    /** Whether a tenant exists and is active. */
    public boolean isActive(TenantId tenant) {
        return find(tenant).map(TenantState::active).orElse(false);
    }

    /** The most that a tenant may have or do; 0 where there is no such tenant. */
    public long limit(TenantId tenant, Quota quota) {
        return find(tenant).map(state -> state.limit(quota)).orElse(0L);
    }

    /** Called after a tenant has changed, here or elsewhere. */
    public void changed() {
        states.expire();
    }

    private static Optional<TenantState> load(Handle handle, TenantId tenant) {
        List<Limit> rows =
                handle.createQuery(
                                """
                                SELECT t.tier, t.active AND t.deleting_since IS NULL AS active,
                                    q.resource_type, coalesce(r.quota_limit, q.quota_limit) AS most
                                FROM tenants t
                                JOIN tier_quotas q ON q.tier = t.tier
                                JOIN tenant_resources r
                                    ON r.tenant_id = t.id AND r.resource_type = q.resource_type
                                WHERE t.id = :tenant\
                                """)
                        .bind("tenant", tenant.value())
                        .map(
                                (row, context) ->
                                        new Limit(
                                                row.getString("tier"),
                                                row.getBoolean("active"),
                                                row.getString("resource_type"),
                                                row.getLong("most")))
                        .list();
        if (rows.isEmpty()) {
            return Optional.empty();
        }
        Map<Quota, Long> limits = new EnumMap<>(Quota.class);
        for (Limit row : rows) {
            Quota.ofWireName(row.resource()).ifPresent(quota -> limits.put(quota, row.most()));
        }
        Limit first = rows.getFirst();
        return Optional.of(new TenantState(tenant, first.tier(), first.active(), limits));
    }
}
