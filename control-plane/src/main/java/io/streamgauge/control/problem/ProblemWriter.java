package io.streamgauge.control.problem;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.request.BodySender;
import io.streamgauge.control.request.RequestId;
import io.streamgauge.control.request.StandingHeaders;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Sends problems. */
public final class ProblemWriter {

    private ProblemWriter() {}

    /** Answers a request with what an exception says, and the headers that go with it. */
    public static void send(
            ServerRequest request, ServerResponse response, ControlPlaneException exception) {
        send(request, response, exception, Map.of());
    }

    /** Answers a request with what an exception says, and further members. */
    public static void send(
            ServerRequest request,
            ServerResponse response,
            ControlPlaneException exception,
            Map<String, JsonNode> members) {
        switch (exception) {
            case Unauthenticated failure ->
                    response.header(
                            HeaderNames.WWW_AUTHENTICATE,
                            failure.credentialGiven()
                                    ? challenge("invalid_token", failure.getMessage())
                                    : "Bearer realm=\"streamgauge\"");
            case Forbidden failure -> {
                if (failure.code() == ErrorCode.INSUFFICIENT_SCOPE) {
                    response.header(
                            HeaderNames.WWW_AUTHENTICATE,
                            challenge("insufficient_scope", failure.getMessage()));
                }
            }
            case Unavailable failure -> retryAfter(response, failure.retryAfter());
            case RateLimited failure -> retryAfter(response, failure.retryAfter());
            case MethodNotAllowed failure ->
                    response.header(HeaderNames.ALLOW, String.join(", ", failure.allowed()));
            default -> {}
        }
        send(request, response, Problem.of(exception, members));
    }

    /** Answers a request with a problem. */
    public static void send(ServerRequest request, ServerResponse response, Problem problem) {
        RequestId id = RequestId.of(request);
        StandingHeaders.restore(request, response);
        response.status(problem.status());
        response.header(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE);
        response.header(HeaderNames.CACHE_CONTROL, "no-store");
        // A failure takes back what was set before it, these headers too.
        response.header(RequestId.HEADER, id.value());
        RateLimitFields.restore(request, response);
        byte[] body = problem.toBytes(Optional.of(request.path().rawPath()), id.value());
        BodySender.send(request, response, body);
    }

    private static void retryAfter(ServerResponse response, Duration wait) {
        response.header(HeaderNames.RETRY_AFTER, Long.toString(Math.max(1, wait.toSeconds())));
    }

    /** A challenge of RFC 6750; a quoted string cannot hold every character. */
    private static String challenge(String error, @Nullable String text) {
        String description = text == null ? "" : text.replaceAll("[^\\x20-\\x7E]|[\"\\\\]", "'");
        return "Bearer realm=\"streamgauge\", error=\"%s\", error_description=\"%s\""
                .formatted(error, description);
    }
}
