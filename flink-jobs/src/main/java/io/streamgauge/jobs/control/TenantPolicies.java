package io.streamgauge.jobs.control;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.tenant.TenantPolicy;
import java.util.HashMap;
import java.util.Map;

/**
 * The tenants' policies that a task knows. Lives on the heap beside the broadcast state that it is
 * rebuilt from. A tenant without a policy is active, within the default limit: what a tenant may do
 * is decided where it is known, and not knowing it must not lose events.
 */
public final class TenantPolicies {

    private final Map<TenantId, TenantPolicy> byTenant = new HashMap<>();

    /** Takes a policy; one that is no newer than what is known is ignored, and false the answer. */
    public boolean put(TenantPolicy policy) {
        TenantPolicy known = byTenant.get(policy.tenant());
        if (known != null && known.version() >= policy.version()) {
            return false;
        }
        byTenant.put(policy.tenant(), policy);
        return true;
    }

    /** Forgets a tenant. */
    public void remove(TenantId tenant) {
        byTenant.remove(tenant);
    }

    /** Whether nothing is known of any tenant. */
    public boolean isEmpty() {
        return byTenant.isEmpty();
    }

    /** Whether a tenant's events are counted. */
    public boolean isActive(TenantId tenant) {
        TenantPolicy policy = byTenant.get(tenant);
        return policy == null || policy.active();
    }

    /** How many series each stream of a tenant may have open at once. */
    public long seriesPerStream(TenantId tenant) {
        TenantPolicy policy = byTenant.get(tenant);
        return policy == null ? TenantPolicy.DEFAULT_SERIES_PER_STREAM : policy.seriesPerStream();
    }

    /** How many partial matches of an alert a tenant may have for one key. */
    public int partialMatchesPerKey(TenantId tenant) {
        TenantPolicy policy = byTenant.get(tenant);
        return policy == null
                ? TenantPolicy.DEFAULT_PARTIAL_MATCHES_PER_KEY
                : policy.partialMatchesPerKey();
    }

    /** How many instances of an alert a tenant may have open at once in a task. */
    public int openInstancesPerAlert(TenantId tenant) {
        TenantPolicy policy = byTenant.get(tenant);
        return policy == null
                ? TenantPolicy.DEFAULT_OPEN_INSTANCES_PER_ALERT
                : policy.openInstancesPerAlert();
    }

    /** How many units of work a tenant's alerts may make in a task and second. */
    public long evaluationCostPerSecond(TenantId tenant) {
        TenantPolicy policy = byTenant.get(tenant);
        return policy == null
                ? TenantPolicy.DEFAULT_EVALUATION_COST_PER_SECOND
                : policy.evaluationCostPerSecond();
    }
}
