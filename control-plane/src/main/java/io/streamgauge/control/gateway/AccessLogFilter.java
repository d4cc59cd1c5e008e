package io.streamgauge.control.gateway;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.control.auth.Caller;
import io.streamgauge.control.auth.Principal;
import io.streamgauge.control.request.RequestId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes one line for each request, when its response has been sent. Without the query and without
 * headers: both can hold secrets.
 */
public final class AccessLogFilter implements Filter {

    /** Of its own, so that operators can send the lines elsewhere, or turn them off. */
    public static final String LOGGER = "io.streamgauge.access";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (LOG.isInfoEnabled()) {
            long started = System.nanoTime();
            response.whenSent(() -> log(request, response, started));
        }
        chain.proceed();
    }

    private static void log(RoutingRequest request, RoutingResponse response, long started) {
        LOG.info(
                "{} {} {} {} us, {} bytes, tenant {}, subject {}, {} [request {}]",
                request.prologue().method().text(),
                request.path().rawPath(),
                response.status().code(),
                (System.nanoTime() - started) / 1_000,
                response.bytesWritten(),
                request.context()
                        .get(Caller.class)
                        .flatMap(Caller::state)
                        .map(state -> state.id().value())
                        .orElse("-"),
                request.context().get(Principal.class).map(Principal::subject).orElse("-"),
                request.remotePeer().host(),
                RequestId.of(request).value());
    }
}
