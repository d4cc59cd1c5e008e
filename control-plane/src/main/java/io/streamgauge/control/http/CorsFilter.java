package io.streamgauge.control.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.http.Status;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import io.streamgauge.control.problem.Forbidden;
import io.streamgauge.control.request.StandingHeaders;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Lets scripts of listed sites use the API from a browser (CORS). A browser asks first what it may
 * send, without a token, so this comes before authentication. Credentials of the browser's own,
 * such as cookies, are never allowed: the API has none, and a token is the script's to send.
 *
 * <p>Pages of this host need no leave and are not listed. Nor does the list protect anything by
 * itself: it only says which pages a browser lets read the answers.
 */
public final class CorsFilter implements Filter {

    private static final String API = "/api/";

    private static final Header VARY = HeaderValues.createCached(HeaderNames.VARY, "Origin");
    private static final StandingHeaders OTHERS = new StandingHeaders(List.of(VARY));

    private static final Header EXPOSED =
            HeaderValues.createCached(
                    HeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS,
                    "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id");

    private static final List<Header> PREFLIGHT =
            List.of(
                    HeaderValues.createCached(
                            HeaderNames.ACCESS_CONTROL_ALLOW_METHODS,
                            "GET, HEAD, POST, PUT, PATCH, DELETE"),
                    HeaderValues.createCached(
                            HeaderNames.ACCESS_CONTROL_ALLOW_HEADERS,
                            "Authorization, Content-Type, If-Match, If-None-Match, X-API-Key,"
                                    + " X-Request-Id, X-Tenant-Id"),
                    // As long as browsers remember at most, Chromium being the least.
                    HeaderValues.createCached(HeaderNames.ACCESS_CONTROL_MAX_AGE, "7200"));

    private final Map<String, StandingHeaders> allowed;

    /**
     * @param origins exact, as browsers send them
     */
    public CorsFilter(Collection<String> origins) {
        allowed =
                origins.stream()
                        .distinct()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        origin -> origin, CorsFilter::headersFor));
    }

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        if (allowed.isEmpty() || !request.path().path().startsWith(API)) {
            chain.proceed();
            return;
        }
        Optional<StandingHeaders> headers =
                request.headers().first(HeaderNames.ORIGIN).map(allowed::get);
        headers.orElse(OTHERS).set(request, response);
        if (!isPreflight(request)) {
            chain.proceed();
            return;
        }
        if (headers.isEmpty()) {
            throw Forbidden.foreignOrigin();
        }
        PREFLIGHT.forEach(response::header);
        response.status(Status.NO_CONTENT_204).send();
    }

    private static boolean isPreflight(RoutingRequest request) {
        return request.prologue().method().equals(Method.OPTIONS)
                && request.headers().contains(HeaderNames.ORIGIN)
                && request.headers().contains(HeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    private static StandingHeaders headersFor(String origin) {
        return new StandingHeaders(
                List.of(
                        HeaderValues.createCached(HeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin),
                        EXPOSED,
                        VARY));
    }
}
