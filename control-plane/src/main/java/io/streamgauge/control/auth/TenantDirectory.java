package io.streamgauge.control.auth;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.cache.OutageTolerantCache;
import io.streamgauge.control.database.Database;
import java.time.Duration;

/**
 * Knows which tenants are active. A change is seen within a second; while the database is away,
 * what was known stays in force.
 */
public final class TenantDirectory {

    private static final Duration FRESH = Duration.ofSeconds(1);
    private static final int CAPACITY = 10_000;

    private final OutageTolerantCache<TenantId, Boolean> active;

    public TenantDirectory(Database database) {
        active =
                new OutageTolerantCache<>(
                        "tenant-directory",
                        FRESH,
                        CAPACITY,
                        tenant ->
                                database.inTenant(
                                        tenant,
                                        handle ->
                                                handle.createQuery(
                                                                "SELECT active FROM tenants WHERE"
                                                                        + " id = :id")
                                                        .bind("id", tenant.value())
                                                        .mapTo(Boolean.class)
                                                        .findOne()
                                                        .orElse(false)));
    }

    /** Whether a tenant exists and is active. */
    public boolean isActive(TenantId tenant) {
        return active.get(tenant);
    }
}
