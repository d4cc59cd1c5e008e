package io.streamgauge.control.gateway;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.problem.Forbidden;
import io.streamgauge.control.request.RequestNotes;
import java.util.List;
import java.util.Optional;

/**
 * Decides in which tenant a request works, and tells the handlers who makes it ({@link Caller}).
 * What the caller may do there is each handler's to check, apart from the scopes that its route
 * class asks for.
 */
public final class TenantFilter implements Filter {

    private static final HeaderName TENANT = HeaderNames.create(TenantAccess.TENANT_HEADER);
    private static final HeaderName SCOPE_ORG = HeaderNames.create(TenantAccess.SCOPE_ORG_HEADER);

    private final TenantAccess access;

    public TenantFilter(TenantAccess access) {
        this.access = access;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        RequestNotes notes = RequestNotes.of(request);
        Optional<Principal> principal = notes.find(Principal.class);
        if (principal.isPresent()) {
            RouteClass route = notes.find(RouteClass.class).orElseThrow();
            Caller caller = caller(request, principal.get(), route);
            for (Scope scope : route.scopes()) {
                caller.require(scope);
            }
            notes.put(Caller.class, caller);
        }
        chain.proceed();
    }

    private Caller caller(RoutingRequest request, Principal principal, RouteClass route) {
        Optional<String> named = one(request, TENANT);
        Caller caller =
                route.config().tenantRequired()
                        ? access.enter(principal, named)
                        : access.enterIfNamed(principal, named);
        Optional<String> repeated = one(request, SCOPE_ORG);
        if (repeated.isPresent()
                && !caller.state().map(state -> state.id().value()).equals(repeated)) {
            throw Forbidden.foreignTenant();
        }
        return caller;
    }

    /** The value of a header; one that stands twice names nobody's tenant. */
    private static Optional<String> one(RoutingRequest request, HeaderName name) {
        List<String> values = request.headers().all(name, List::of);
        if (values.size() > 1) {
            throw Forbidden.foreignTenant();
        }
        return values.stream().findFirst().map(String::strip);
    }
}
