package io.streamgauge.control.auth;

import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.Set;

/**
 * Who makes a request, as a verified token says.
 *
 * @param subject the token's subject
 * @param tenant whose data the principal works with
 * @param scopes what it may do
 * @param expiresAt when the token ends; a connection that outlives it must not go on with it
 */
public record Principal(String subject, TenantId tenant, Set<Scope> scopes, Instant expiresAt) {

    public Principal {
        scopes = Set.copyOf(scopes);
    }
}
