package io.streamgauge.control.audit;

import io.helidon.webserver.http.ServerRequest;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.request.RequestId;

/**
 * Where a change comes from.
 *
 * @param actorKind how the actor showed who it is, or {@code system}
 * @param actor subject of the token, or id of the API key
 * @param remoteAddress of the connection, which may be a proxy's
 * @param requestId finds the request in the access log
 */
public record Origin(String actorKind, String actor, String remoteAddress, String requestId) {

    /** The platform itself, as where a deletion goes on after a restart. */
    public static final Origin SYSTEM = new Origin("system", "streamgauge", "", "");

    /** A request that has passed the gateway's filters. */
    public static Origin of(ServerRequest request) {
        Principal principal = Caller.of(request).principal();
        return new Origin(
                principal.method().wireName(),
                principal.subject(),
                request.remotePeer().host(),
                RequestId.of(request).value());
    }
}
