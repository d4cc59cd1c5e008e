package io.streamgauge.control.auth;

import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.problem.Forbidden;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.request.RequestNotes;
import io.streamgauge.control.tenant.TenantState;
import java.util.Optional;
import java.util.Set;

/**
 * Who makes the present request, in which tenant, and what it may do there. Set by the gateway's
 * filters before any handler runs; see {@link TenantAccess}.
 *
 * @param state the tenant; empty only where a route needs none, as those of the platform
 * @param scopes what the principal may do in the tenant
 */
public record Caller(Principal principal, Optional<TenantState> state, Set<Scope> scopes) {

    /**
     * Who makes a request.
     *
     * @throws IllegalStateException where the request did not pass the filters: an error of the
     *     wiring
     */
    public static Caller of(ServerRequest request) {
        return RequestNotes.of(request)
                .find(Caller.class)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "caller: none at %s (expected: a path behind the gateway's filters)"
                                                .formatted(request.path().path())));
    }

    /**
     * Goes on only with a scope.
     *
     * @return this
     * @throws InvalidRequest where the request names no tenant, in which one could have it
     * @throws Forbidden where the caller has not got it
     */
    public Caller require(Scope scope) {
        if (!scopes.contains(scope)) {
            TenantState unused = tenantState();
            throw Forbidden.insufficientScope(scope.wireName());
        }
        return this;
    }

    /**
     * Goes on only for an operator of the platform.
     *
     * @return this
     * @throws Forbidden where the caller is none
     */
    public Caller requireOperator() {
        if (!principal.operator()) {
            throw Forbidden.operatorRequired();
        }
        return this;
    }

    /**
     * Whose data the caller works with.
     *
     * @throws InvalidRequest where the request names no tenant
     */
    public TenantId tenant() {
        return tenantState().id();
    }

    /** As {@link #tenant()}, with tier and quotas. */
    public TenantState tenantState() {
        return state.orElseThrow(TenantAccess::tenantRequired);
    }
}
