package io.streamgauge.control.tenantadmin;

import io.streamgauge.control.tenant.Quota;
import java.util.Map;

/**
 * What a tenant may have and do where it has no limits of its own.
 *
 * @param rank the higher, the more
 */
record Tier(String name, int rank, Map<Quota, Long> quotas) {

    Tier {
        quotas = Map.copyOf(quotas);
    }
}
