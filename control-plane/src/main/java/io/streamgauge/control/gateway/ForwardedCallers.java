package io.streamgauge.control.gateway;

import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.proxy.ForwardedIdentity;
import java.util.Optional;
import java.util.stream.Collectors;

/** What services behind the gateway are told of those who call them. */
public final class ForwardedCallers {

    private ForwardedCallers() {}

    /** Who makes a request; empty where it is made in no tenant. */
    public static Optional<ForwardedIdentity> of(ServerRequest request) {
        return identity(Caller.of(request));
    }

    static Optional<ForwardedIdentity> identity(Caller caller) {
        return caller.state()
                .map(
                        state ->
                                new ForwardedIdentity(
                                        state.id().value(),
                                        caller.principal().subject(),
                                        caller.scopes().stream()
                                                .map(Scope::wireName)
                                                .collect(Collectors.toUnmodifiableSet())));
    }
}
