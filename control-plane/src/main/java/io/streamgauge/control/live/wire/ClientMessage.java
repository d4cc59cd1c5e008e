package io.streamgauge.control.live.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import java.util.Optional;

/** What a client can say. */
public sealed interface ClientMessage {

    /** Longest id of a subscription, in characters: each of its frames repeats it. */
    int MAX_ID_CHARACTERS = 128;

    /**
     * Opens the conversation; token and tenant may have come with the upgrade instead, or the
     * credential may be good for one tenant only.
     */
    record ConnectionInit(Optional<String> token, Optional<String> tenant)
            implements ClientMessage {}

    record Subscribe(String id, JsonNode payload) implements ClientMessage {}

    /** Ends a subscription. */
    record Complete(String id) implements ClientMessage {}

    record Ping(Optional<JsonNode> payload) implements ClientMessage {}

    record Pong() implements ClientMessage {}

    /** A text that is none of these. The message is for the client. */
    final class MalformedException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String message;

        MalformedException(String message) {
            super(message);
            this.message = message;
        }

        /** What is wrong; never null. */
        @Override
        public String getMessage() {
            return message;
        }
    }

    /**
     * Reads a message. Properties that it does not have are ignored.
     *
     * @throws MalformedException where it is none
     */
    static ClientMessage read(String text) throws MalformedException {
        JsonNode json;
        try {
            json = Json.mapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new MalformedException("message: not JSON");
        }
        String type = json.path("type").asText();
        return switch (type) {
            case "connection_init" -> init(json.path("payload"));
            case "subscribe" -> new Subscribe(id(json), json.path("payload"));
            case "complete" -> new Complete(id(json));
            case "ping" -> new Ping(Optional.ofNullable(json.get("payload")));
            case "pong" -> new Pong();
            default ->
                    throw new MalformedException(
                            "type: %s (expected: connection_init, subscribe, complete, ping or pong)"
                                    .formatted(shown(type)));
        };
    }

    private static ConnectionInit init(JsonNode payload) throws MalformedException {
        return new ConnectionInit(text(payload, "token"), text(payload, "tenant"));
    }

    private static Optional<String> text(JsonNode payload, String name) throws MalformedException {
        JsonNode text = payload.path(name);
        if (text.isMissingNode() || text.isNull()) {
            return Optional.empty();
        }
        if (!text.isTextual()) {
            throw new MalformedException("payload.%s: not a string".formatted(name));
        }
        return Optional.of(text.asText());
    }

    private static String id(JsonNode json) throws MalformedException {
        JsonNode id = json.path("id");
        if (!id.isTextual() || id.asText().isEmpty() || id.asText().length() > MAX_ID_CHARACTERS) {
            throw new MalformedException(
                    "id: missing or malformed (expected: a string of 1 to %d characters)"
                            .formatted(MAX_ID_CHARACTERS));
        }
        return id.asText();
    }

    private static String shown(String text) {
        return text.isEmpty() ? "missing" : text.length() <= 20 ? text : text.substring(0, 20);
    }
}
