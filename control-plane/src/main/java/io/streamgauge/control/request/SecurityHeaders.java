package io.streamgauge.control.request;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.webserver.http.Filter;
import io.helidon.webserver.http.FilterChain;
import io.helidon.webserver.http.RoutingRequest;
import io.helidon.webserver.http.RoutingResponse;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells browsers to make as little as they can of an answer: no guessing of its type, no frame
 * around it, no script in it, no address of ours in what they send elsewhere; under {@code /api/}
 * also to keep no copy, and over TLS to come back over TLS only. A handler that serves a page sets
 * what it needs instead.
 */
public final class SecurityHeaders implements Filter {

    private static final String API = "/api/";

    /** For every answer, also to what could not be read as a request. */
    public static final List<Header> ALWAYS =
            List.of(
                    HeaderValues.createCached(HeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff"),
                    HeaderValues.createCached("Referrer-Policy", "no-referrer"),
                    HeaderValues.createCached("X-Frame-Options", "DENY"),
                    HeaderValues.createCached(
                            "Content-Security-Policy",
                            "default-src 'none'; frame-ancestors 'none'"));

    private static final Header UNSTORED =
            HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

    /** A year, and for this host only: what else is under its name is not ours to decide. */
    private static final Header ENCRYPTED =
            HeaderValues.createCached(HeaderNames.STRICT_TRANSPORT_SECURITY, "max-age=31536000");

    private static final StandingHeaders PLAIN = headers(false, false);
    private static final StandingHeaders PLAIN_API = headers(false, true);
    private static final StandingHeaders SECURE = headers(true, false);
    private static final StandingHeaders SECURE_API = headers(true, true);

    @Override
    public void filter(FilterChain chain, RoutingRequest request, RoutingResponse response) {
        boolean api = request.path().path().startsWith(API);
        StandingHeaders headers =
                request.isSecure() ? (api ? SECURE_API : SECURE) : (api ? PLAIN_API : PLAIN);
        headers.set(request, response);
        chain.proceed();
    }

    private static StandingHeaders headers(boolean secure, boolean api) {
        List<Header> headers = new ArrayList<>(ALWAYS);
        if (secure) {
            headers.add(ENCRYPTED);
        }
        if (api) {
            headers.add(UNSTORED);
        }
        return new StandingHeaders(headers);
    }
}
