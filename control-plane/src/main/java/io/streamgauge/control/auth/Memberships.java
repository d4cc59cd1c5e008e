package io.streamgauge.control.auth;

import io.streamgauge.contracts.TenantId;
import java.util.Map;
import java.util.Set;

/** The tenants of people and machines whose tokens name none. */
@FunctionalInterface
public interface Memberships {

    /**
     * What someone may do, tenant by tenant; empty for a stranger.
     *
     * @param issuer of the token
     * @param subject of the token
     * @throws io.streamgauge.control.problem.Unavailable where it cannot be seen now
     */
    Map<TenantId, Set<Scope>> of(String issuer, String subject);
}
