package io.streamgauge.control.tenant;

import io.streamgauge.contracts.TenantId;
import java.util.EnumMap;
import java.util.Map;

/**
 * What every request needs to know of its tenant.
 *
 * @param active whether it may be worked with; not where it is switched off or being deleted
 * @param limits of every quota: the tenant's own where it has one, else its tier's
 */
public record TenantState(TenantId id, String tier, boolean active, Map<Quota, Long> limits) {

    public TenantState {
        limits = new EnumMap<>(limits); // not Map.copyOf: looked up at each request
    }

    /** The most that the tenant may have or do. */
    public long limit(Quota quota) {
        return limits.getOrDefault(quota, 0L);
    }
}
