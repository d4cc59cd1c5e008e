package io.streamgauge.control.auth;

import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Who makes a request, as a verified credential says: a person or a machine with a token, or the
 * holder of an API key.
 *
 * @param method how it was verified
 * @param subject the token's subject, or the id of the API key
 * @param grants what it may do in each tenant that it belongs to; for an operator of the platform
 *     these are not all that it can enter
 * @param operator whether it is an operator of the platform
 * @param expiresAt when the credential ends; a connection that outlives it must not go on with it
 */
public record Principal(
        AuthMethod method,
        String subject,
        Map<TenantId, Set<Scope>> grants,
        boolean operator,
        Instant expiresAt) {

    public Principal {
        grants = Map.copyOf(grants);
    }
}
