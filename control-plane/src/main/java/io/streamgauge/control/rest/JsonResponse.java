package io.streamgauge.control.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.request.BodySender;

/** Sends small JSON bodies. */
public final class JsonResponse {

    /** Media type of every body that is not a problem. */
    public static final String MEDIA_TYPE = "application/json";

    private JsonResponse() {}

    /**
     * Sends a tree that may be kept and given to others, where the route's class allows that;
     * status and further headers are set before.
     */
    public static void send(ServerRequest request, ServerResponse response, JsonNode json) {
        response.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE);
        BodySender.send(request, response, bytes(json));
    }

    /** Sends a tree for this one request; status and further headers are set before. */
    public static void send(ServerResponse response, JsonNode json) {
        response.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE);
        response.send(bytes(json));
    }

    private static byte[] bytes(JsonNode json) {
        try {
            return Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }
}
