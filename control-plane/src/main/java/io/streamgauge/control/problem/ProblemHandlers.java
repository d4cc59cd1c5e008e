package io.streamgauge.control.problem;

import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpException;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.control.request.RequestId;
import io.streamgauge.control.request.SecurityHeaders;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns every failure into a problem: our own exceptions, the server's, requests that fail before
 * routing, and errors of ours, which are told from the rest by their fixed text and one log line.
 */
public final class ProblemHandlers {

    private static final Logger LOG = LoggerFactory.getLogger(ProblemHandlers.class);

    /** What the server says, with status 400, of headers beyond its bound. */
    private static final String HEADERS_TOO_LARGE = "Header size exceeded";

    private static final int MAX_DETAIL_CHARACTERS = 200;

    private ProblemHandlers() {}

    /** Registers the handlers of failures within routing. */
    public static void register(HttpRouting.Builder routing) {
        routing.error(ControlPlaneException.class, ProblemHandlers::expected);
        routing.error(HttpException.class, ProblemHandlers::ofTheServer);
        routing.error(Throwable.class, ProblemHandlers::unexpected);
    }

    /** The handlers of failures before routing: unreadable and oversized requests. */
    public static DirectHandlers direct() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, ProblemHandlers::beforeRouting);
        }
        return handlers.build();
    }

    private static void expected(
            ServerRequest request, ServerResponse response, ControlPlaneException exception) {
        if (exception instanceof Unavailable) {
            LOG.warn(
                    "{} {}: {} [request {}]",
                    request.prologue().method().text(),
                    request.path().rawPath(),
                    exception.getMessage(),
                    RequestId.of(request).value(),
                    exception.getCause());
        }
        ProblemWriter.send(request, response, exception);
    }

    private static void ofTheServer(
            ServerRequest request, ServerResponse response, HttpException exception) {
        if (exception.status().code() >= 500) {
            unexpected(request, response, exception);
            return;
        }
        // What wraps something tells of the inside: of classes, often.
        String message = exception.getCause() == null ? exception.getMessage() : null;
        ProblemWriter.send(request, response, problem(exception.status(), message));
    }

    private static void unexpected(
            ServerRequest request, ServerResponse response, Throwable failure) {
        LOG.error(
                "{} {} failed [request {}]",
                request.prologue().method().text(),
                request.path().rawPath(),
                RequestId.of(request).value(),
                failure);
        ProblemWriter.send(request, response, internal());
    }

    private static DirectHandler.TransportResponse beforeRouting(
            DirectHandler.TransportRequest request,
            DirectHandler.EventType type,
            Status status,
            ServerResponseHeaders headers,
            @Nullable String message) {
        RequestId id = RequestId.takenFrom(Optional.empty());
        Problem problem =
                HEADERS_TOO_LARGE.equals(message)
                        ? new Problem(ErrorCode.MALFORMED_REQUEST, 431, "headers: too large")
                        : problem(status, message);
        if (problem.code() == ErrorCode.INTERNAL) {
            LOG.error("a request failed before routing: {} [request {}]", message, id.value());
        }
        SecurityHeaders.ALWAYS.forEach(headers::set);
        // Nothing of an unread request is trusted, its path neither: it may be what was wrong.
        return DirectHandler.TransportResponse.builder()
                .status(
                        status.code() == problem.status()
                                ? status
                                : Status.create(problem.status()))
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(RequestId.HEADER, id.value())
                .keepAlive(type.keepAlive())
                .entity(problem.toBytes(Optional.empty(), id.value()))
                .build();
    }

    private static Problem problem(Status status, @Nullable String message) {
        String detail = detail(status, message);
        return switch (status.code()) {
            case 401 -> new Problem(ErrorCode.UNAUTHENTICATED, 401, detail);
            case 403 -> new Problem(ErrorCode.FORBIDDEN, 403, detail);
            case 404 -> new Problem(ErrorCode.NOT_FOUND, 404, "path: nothing is there");
            case 405 -> new Problem(ErrorCode.METHOD_NOT_ALLOWED, 405, detail);
            case 406 -> new Problem(ErrorCode.NOT_ACCEPTABLE, 406, detail);
            case 413 -> new Problem(ErrorCode.PAYLOAD_TOO_LARGE, 413, detail);
            case 415 -> new Problem(ErrorCode.UNSUPPORTED_MEDIA_TYPE, 415, detail);
            case 429 -> new Problem(ErrorCode.RATE_LIMITED, 429, detail);
            case 502 -> new Problem(ErrorCode.BAD_GATEWAY, 502, detail);
            case 503 -> new Problem(ErrorCode.UNAVAILABLE, 503, detail);
            case 504 -> new Problem(ErrorCode.GATEWAY_TIMEOUT, 504, detail);
            case 505 -> new Problem(ErrorCode.MALFORMED_REQUEST, 505, detail);
            default ->
                    status.code() >= 500
                            ? internal()
                            : new Problem(ErrorCode.MALFORMED_REQUEST, status.code(), detail);
        };
    }

    /** One line: some messages of the server go on with a dump of what it read. */
    private static String detail(Status status, @Nullable String message) {
        String line = message == null ? "" : message.lines().findFirst().orElse("").strip();
        return line.isEmpty() || line.length() > MAX_DETAIL_CHARACTERS
                ? status.reasonPhrase()
                : line;
    }

    private static Problem internal() {
        return new Problem(
                ErrorCode.INTERNAL,
                500,
                "The request failed for a reason of ours; the request id finds it in the log.");
    }
}
