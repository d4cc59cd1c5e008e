package io.streamgauge.contracts.rejection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;

/** The JSON form of a rejected event. */
public final class RejectedEventCodec {

    private RejectedEventCodec() {}

    /** Writes a rejected event as UTF-8 JSON. */
    public static byte[] toBytes(RejectedEvent rejected) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", rejected.tenant());
        json.put("stream", rejected.stream());
        json.put("reason", rejected.reason().wireName());
        json.put("detail", rejected.detail());
        json.put("arrivedAt", rejected.arrivedAt().toString());
        json.put("partition", rejected.partition());
        json.put("offset", rejected.offset());
        json.put("event", rejected.event());
        try {
            return Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }

    /**
     * Reads a rejected event.
     *
     * @throws IllegalArgumentException where the bytes are not one
     */
    public static RejectedEvent fromBytes(byte[] bytes) {
        try {
            JsonNode json = Json.mapper().readTree(bytes);
            return new RejectedEvent(
                    json.path("tenant").asText(),
                    json.path("stream").asText(),
                    RejectionReason.ofWireName(json.path("reason").asText()),
                    json.path("detail").asText(),
                    Instant.parse(json.path("arrivedAt").asText()),
                    json.path("partition").asInt(),
                    json.path("offset").asLong(),
                    json.path("event").asText());
        } catch (IOException | DateTimeException e) {
            throw new IllegalArgumentException("rejected event: " + e.getMessage(), e);
        }
    }
}
