package io.streamgauge.control.auth;

import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.problem.Forbidden;

/** Who makes the present request. Set by {@link AuthFilter} before any handler runs. */
public record Caller(Principal principal) {

    /**
     * Who makes a request.
     *
     * @throws IllegalStateException where the request did not pass the filter: an error of the
     *     wiring
     */
    public static Caller of(ServerRequest request) {
        return request.context()
                .get(Caller.class)
                .orElseThrow(
                        () ->
                                new IllegalStateException(
                                        "caller: none at %s (expected: a path behind AuthFilter)"
                                                .formatted(request.path().path())));
    }

    /**
     * Goes on only with a scope.
     *
     * @return this
     * @throws Forbidden where the caller has not got it
     */
    public Caller require(Scope scope) {
        if (!principal.scopes().contains(scope)) {
            throw Forbidden.insufficientScope(scope.wireName());
        }
        return this;
    }

    /** Whose data the caller works with. */
    public TenantId tenant() {
        return principal.tenant();
    }
}
