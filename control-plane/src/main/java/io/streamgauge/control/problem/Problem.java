package io.streamgauge.control.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The body of a failed request: RFC 9457, with {@code code}, {@code requestId} and {@code errors}
 * as members of its own.
 *
 * @param status HTTP status
 * @param detail what went wrong this time, for people
 * @param errors what is wrong, place by place; left out where empty
 * @param members further members by name; one named {@code errors} stands in for the list above
 */
public record Problem(
        ErrorCode code,
        int status,
        String detail,
        List<Violation> errors,
        Map<String, JsonNode> members) {

    /** Media type of a problem. */
    public static final String MEDIA_TYPE = "application/problem+json";

    private static final String TYPE_PREFIX = "urn:streamgauge:problem:";

    /** Of draft-ietf-httpapi-ratelimit-headers, so that clients who know it need not know us. */
    private static final String RATE_LIMITED_TYPE =
            "https://iana.org/assignments/http-problem-types#quota-exceeded";

    public Problem {
        errors = List.copyOf(errors);
        members = Map.copyOf(members);
    }

    public Problem(ErrorCode code, int status, String detail) {
        this(code, status, detail, List.of(), Map.of());
    }

    /** What an exception says to the client. */
    public static Problem of(ControlPlaneException exception) {
        return of(exception, Map.of());
    }

    /** What an exception says to the client, with further members. */
    public static Problem of(ControlPlaneException exception, Map<String, JsonNode> further) {
        Map<String, JsonNode> members = new LinkedHashMap<>(further);
        exception
                .numbers()
                .forEach((name, value) -> members.put(name, Json.mapper().valueToTree(value)));
        if (exception instanceof RateLimited limited) {
            members.put("violated-policies", Json.mapper().valueToTree(limited.violatedPolicies()));
        } else if (exception instanceof QuotaExceeded exceeded) {
            members.put("quota", TextNode.valueOf(exceeded.quota()));
        }
        String detail = exception.getMessage();
        return new Problem(
                exception.code(),
                statusOf(exception),
                detail == null ? exception.code().title() : detail,
                exception.violations(),
                members);
    }

    /**
     * The body as UTF-8 JSON.
     *
     * @param instance path of the request; empty where it could not be read
     */
    public byte[] toBytes(Optional<String> instance, String requestId) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put(
                "type",
                code == ErrorCode.RATE_LIMITED ? RATE_LIMITED_TYPE : TYPE_PREFIX + code.wireName());
        json.put("title", code.title());
        json.put("status", status);
        json.put("detail", detail);
        instance.ifPresent(path -> json.put("instance", path));
        json.put("code", code.wireName());
        json.put("requestId", requestId);
        if (!errors.isEmpty()) {
            ArrayNode array = json.putArray("errors");
            for (Violation error : errors) {
                array.addObject()
                        .put("pointer", error.pointer())
                        .put("code", error.code())
                        .put("detail", error.message());
            }
        }
        members.forEach(json::set);
        try {
            return Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }

    private static int statusOf(ControlPlaneException exception) {
        return switch (exception) {
            case InvalidRequest invalid -> 400;
            case Unauthenticated unauthenticated -> 401;
            case Forbidden forbidden -> 403;
            case QuotaExceeded exceeded -> 403;
            case NotFound notFound -> 404;
            case MethodNotAllowed notAllowed -> 405;
            case Conflict conflict -> 409;
            case PreconditionFailed failed -> 412;
            case PayloadTooLarge tooLarge -> 413;
            case UnsupportedMediaType unsupported -> 415;
            case PreconditionRequired required -> 428;
            case RateLimited limited -> 429;
            case BadGateway badGateway -> 502;
            case Unavailable unavailable -> 503;
            case GatewayTimeout timeout -> 504;
        };
    }
}
