package io.streamgauge.control.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerResponse;
import io.streamgauge.contracts.Json;

/** Sends small JSON bodies. */
public final class JsonResponse {

    /** Media type of every body that is not a problem. */
    public static final String MEDIA_TYPE = "application/json";

    private JsonResponse() {}

    /** Sends a tree; status and further headers are set before. */
    public static void send(ServerResponse response, JsonNode json) {
        byte[] body;
        try {
            body = Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
        response.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE);
        response.send(body);
    }
}
