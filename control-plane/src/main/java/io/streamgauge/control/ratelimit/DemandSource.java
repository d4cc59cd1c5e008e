package io.streamgauge.control.ratelimit;

import io.helidon.webserver.http.ServerRequest;

/** Knows which limits apply to a request, from its route, its caller and the caller's tenant. */
@FunctionalInterface
public interface DemandSource {

    /** What the request wants; {@link Demands#NONE} where nothing limits it. Called for each. */
    Demands of(ServerRequest request);
}
