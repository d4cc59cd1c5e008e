package io.streamgauge.control.request;

import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import org.slf4j.MDC;

/** Gives every request its {@link RequestId}. The first filter, so that the others can log it. */
public final class RequestIdFilter implements Filter {

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        RequestId id = RequestId.takenFrom(request.headers().first(RequestId.HEADER));
        RequestNotes.of(request).put(RequestId.class, id);
        response.header(RequestId.HEADER, id.value());
        MDC.put(RequestId.MDC_KEY, id.value());
        try {
            chain.proceed();
        } finally {
            MDC.remove(RequestId.MDC_KEY);
        }
    }
}
