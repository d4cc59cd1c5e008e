package io.streamgauge.control.tenant;

import io.streamgauge.contracts.TenantId;
import java.util.Map;

/**
 * Knows what a tenant uses of the quotas that the database does not count, such as the connections
 * it has open now.
 */
@FunctionalInterface
public interface UsageSource {

    /** Knows nothing. */
    UsageSource NONE = tenant -> Map.of();

    /** What is used, by quota; a quota of which nothing is known is left out. */
    Map<Quota, Long> used(TenantId tenant);
}
