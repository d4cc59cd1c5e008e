package io.streamgauge.control.testing;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.AuthMethod;
import io.streamgauge.control.auth.AuthenticationException;
import io.streamgauge.control.auth.Authenticator;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.auth.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Believes the tokens that it has issued itself. */
public final class TestingAuthenticator implements Authenticator {

    private final Map<String, Principal> issued = new ConcurrentHashMap<>();

    /** A token for an hour with every scope. */
    public String token(TenantId tenant) {
        return token(tenant, EnumSet.allOf(Scope.class), Duration.ofHours(1));
    }

    public String token(TenantId tenant, Set<Scope> scopes, Duration ttl) {
        String token = UUID.randomUUID().toString();
        issued.put(
                token,
                new Principal(
                        AuthMethod.JWT,
                        "test",
                        Map.of(tenant, Set.copyOf(scopes)),
                        false,
                        Instant.now().plus(ttl)));
        return token;
    }

    @Override
    public Principal authenticate(String token) throws AuthenticationException {
        Principal principal = issued.get(token);
        if (principal == null) {
            throw new AuthenticationException("token: unknown (expected: an issued one)");
        }
        if (!principal.expiresAt().isAfter(Instant.now())) {
            throw new AuthenticationException("token: expired (expected: one that is in force)");
        }
        return principal;
    }
}
