package io.streamgauge.control.auth;

import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.control.problem.Forbidden;
import io.streamgauge.control.problem.Unauthenticated;
import java.util.List;

/**
 * Lets only requests with a trusted bearer token of an active tenant reach the API, and tells the
 * handlers who makes them ({@link Caller}). What the caller may do is each handler's to check.
 *
 * <p>Paths outside {@code /api/} are open: health, metrics, the API's description. Upgrades to
 * WebSocket do not pass here at all: the server handles them before routing, and {@code
 * /api/v1/live} authenticates itself.
 */
public final class AuthFilter implements Filter {

    private static final String PROTECTED = "/api/";
    private static final String SCHEME = "Bearer ";

    private final Authenticator authenticator;
    private final TenantDirectory tenants;

    public AuthFilter(Authenticator authenticator, TenantDirectory tenants) {
        this.authenticator = authenticator;
        this.tenants = tenants;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (request.path().path().startsWith(PROTECTED)) {
            request.context().register(caller(request));
        }
        chain.proceed();
    }

    private Caller caller(RoutingRequest request) {
        List<String> credentials = request.headers().values(HeaderNames.AUTHORIZATION);
        if (credentials.isEmpty()) {
            throw Unauthenticated.missing();
        }
        String credential = credentials.getFirst();
        if (credentials.size() > 1
                || !credential.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            throw Unauthenticated.invalid(
                    "Authorization: of another form (expected: Bearer, a blank, and a token)");
        }
        Principal principal;
        try {
            principal = authenticator.authenticate(credential.substring(SCHEME.length()).strip());
        } catch (AuthenticationException e) {
            throw Unauthenticated.invalid(e.getMessage());
        }
        if (!tenants.isActive(principal.tenant())) {
            throw Forbidden.tenantInactive(principal.tenant().value());
        }
        return new Caller(principal);
    }
}
