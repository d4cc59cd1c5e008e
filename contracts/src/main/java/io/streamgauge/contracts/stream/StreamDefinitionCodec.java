package io.streamgauge.contracts.stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The JSON form of a stream definition, the same in the REST API and on the control topic, where
 * its key is {@code stream/<tenant>/<id>} and a tombstone says that the stream is gone.
 */
public final class StreamDefinitionCodec {

    private static final String KEY_PREFIX = "stream/";

    private StreamDefinitionCodec() {}

    /** Which stream a record of the control topic is about. */
    public record Key(TenantId tenant, StreamId stream) {

        /** The record's key. */
        @Override
        public String toString() {
            return KEY_PREFIX + tenant + "/" + stream;
        }

        /** Reads a record's key; empty where it is about something other than a stream. */
        public static Optional<Key> parse(String key) {
            String[] parts = key.split("/", -1);
            if (parts.length != 3 || !key.startsWith(KEY_PREFIX) || !TenantId.isValid(parts[1])) {
                return Optional.empty();
            }
            return StreamId.parse(parts[2]).map(id -> new Key(new TenantId(parts[1]), id));
        }
    }

    /** Writes the specification alone. */
    public static ObjectNode toJson(StreamSpec spec) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("name", spec.name());
        json.put("description", spec.description());
        ArrayNode fields = json.putArray("fields");
        for (Field field : spec.fields()) {
            fields.addObject()
                    .put("name", field.name())
                    .put("type", field.type().wireName())
                    .put("role", field.role().wireName())
                    .put("required", field.required());
        }
        ArrayNode windows = json.putArray("windows");
        for (Duration window : spec.windows()) {
            windows.add(Durations.format(window));
        }
        json.put("outOfOrderness", Durations.format(spec.outOfOrderness()));
        json.put("allowedLateness", Durations.format(spec.allowedLateness()));
        json.put("earlyResults", spec.earlyResults());
        json.put("unknownFields", spec.unknownFields().wireName());
        return json;
    }

    /** Writes a definition. */
    public static ObjectNode toJson(StreamDefinition definition) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", definition.id().toString());
        json.put("tenant", definition.tenant().value());
        json.setAll(toJson(definition.spec()));
        json.put("version", definition.version());
        json.put("createdAt", definition.createdAt().toString());
        json.put("updatedAt", definition.updatedAt().toString());
        return json;
    }

    /** Writes a definition as bytes. */
    public static byte[] toBytes(StreamDefinition definition) {
        try {
            return Json.mapper().writeValueAsBytes(toJson(definition));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }

    /**
     * Reads a definition.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid definition
     */
    public static StreamDefinition fromBytes(byte[] bytes) throws InvalidInputException {
        JsonNode json;
        try {
            json = Json.mapper().readTree(bytes);
        } catch (IOException e) {
            throw invalid("#", "syntax", "not JSON");
        }
        StreamSpec spec = StreamSpecReader.read(json);
        String tenant = json.path("tenant").asText();
        if (!TenantId.isValid(tenant)) {
            throw invalid("#/tenant", "format", "expected: a tenant id");
        }
        StreamId id =
                StreamId.parse(json.path("id").asText())
                        .orElseThrow(() -> invalid("#/id", "format", "expected: a UUID"));
        long version = json.path("version").asLong();
        if (version < 1) {
            throw invalid("#/version", "range", "expected: >= 1");
        }
        try {
            return new StreamDefinition(
                    new TenantId(tenant),
                    id,
                    spec,
                    version,
                    Instant.parse(json.path("createdAt").asText()),
                    Instant.parse(json.path("updatedAt").asText()));
        } catch (DateTimeException e) {
            throw invalid(
                    "#/createdAt",
                    "format",
                    "expected: RFC 3339 timestamps in createdAt and updatedAt");
        }
    }

    private static InvalidInputException invalid(String pointer, String code, String message) {
        return new InvalidInputException(List.of(new Violation(pointer, code, message)));
    }
}
