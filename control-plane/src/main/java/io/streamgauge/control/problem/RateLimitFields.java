package io.streamgauge.control.problem;

import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.request.RequestNotes;

/**
 * What a client is told of its limits, in the fields of draft-ietf-httpapi-ratelimit-headers. Kept
 * with the request, because the server takes back a response's headers when the request fails, and
 * a failed request has counted, too.
 *
 * @param policies the header {@code RateLimit-Policy}: the limits that apply
 * @param limit value of {@code RateLimit}: what is left of the tightest
 */
public record RateLimitFields(Header policies, String limit) {

    public static final HeaderName POLICY_HEADER = HeaderNames.create("RateLimit-Policy");
    public static final HeaderName LIMIT_HEADER = HeaderNames.create("RateLimit");

    /** Puts the fields on a request's response, however the request ends. */
    public void keepFor(ServerRequest request, ServerResponse response) {
        RequestNotes.of(request).put(RateLimitFields.class, this);
        writeTo(response);
    }

    static void restore(ServerRequest request, ServerResponse response) {
        RequestNotes.of(request).find(RateLimitFields.class).ifPresent(it -> it.writeTo(response));
    }

    private void writeTo(ServerResponse response) {
        response.header(policies);
        response.header(LIMIT_HEADER, limit);
    }
}
