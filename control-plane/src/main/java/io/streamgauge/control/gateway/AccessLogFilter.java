package io.streamgauge.control.gateway;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.request.RequestId;
import io.streamgauge.control.request.RequestNotes;

/** Puts one line into the {@link AccessLog} for each request, when its response has been sent. */
public final class AccessLogFilter implements Filter {

    private final AccessLog log;

    public AccessLogFilter(AccessLog log) {
        this.log = log;
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (log.isOn()) {
            long started = System.nanoTime();
            response.whenSent(() -> log.add(line(request, response, started)));
        }
        chain.proceed();
    }

    private static AccessLog.Line line(
            RoutingRequest request, RoutingResponse response, long started) {
        RequestNotes notes = RequestNotes.of(request);
        return new AccessLog.Line(
                request.prologue().method().text(),
                request.path().rawPath(),
                response.status().code(),
                (System.nanoTime() - started) / 1_000,
                response.bytesWritten(),
                notes.find(Caller.class)
                        .flatMap(Caller::state)
                        .map(state -> state.id().value())
                        .orElse(""),
                notes.find(Principal.class).map(Principal::subject).orElse(""),
                request.remotePeer().host(),
                RequestId.of(request).value());
    }
}
