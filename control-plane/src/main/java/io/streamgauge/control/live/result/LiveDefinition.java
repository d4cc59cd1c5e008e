package io.streamgauge.control.live.result;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * That a stream or an alert was made, changed or deleted; what it is now, the REST API tells. The
 * record is for the jobs and says more than clients are promised.
 *
 * @param stream the stream itself, or that of the alert; empty for a composite, and for an alert
 *     that is gone
 */
public record LiveDefinition(TenantId tenant, Optional<StreamKey> stream, String json)
        implements LiveResult {

    /** Reads a record of the control topic; empty where it is about something else. */
    static Optional<LiveDefinition> of(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return Optional.empty();
        }
        String key = new String(record.key(), UTF_8);
        Optional<StreamDefinitionCodec.Key> ofStream = StreamDefinitionCodec.Key.parse(key);
        if (ofStream.isPresent()) {
            StreamKey stream = new StreamKey(ofStream.get().tenant(), ofStream.get().stream());
            ObjectNode json = json("stream", stream.stream().toString(), record.value() == null);
            JsonNode value = value(record);
            copy(value, "name", json, "name");
            copy(value, "version", json, "version");
            copy(value, "updatedAt", json, "updatedAt");
            return Optional.of(
                    new LiveDefinition(stream.tenant(), Optional.of(stream), json.toString()));
        }
        return AlertDefinitionCodec.Key.parse(key).map(it -> ofAlert(it, record));
    }

    private static LiveDefinition ofAlert(
            AlertDefinitionCodec.Key key, ConsumerRecord<byte[], byte[]> record) {
        ObjectNode json = json("alert", key.alert().toString(), record.value() == null);
        JsonNode value = value(record);
        JsonNode versions = value.path("versions");
        copy(versions.path(versions.size() - 1).path("spec"), "name", json, "name");
        copy(value, "revision", json, "version");
        copy(value, "stream", json, "stream");
        copy(value, "updatedAt", json, "updatedAt");
        Optional<StreamKey> stream =
                StreamId.parse(value.path("stream").asText())
                        .map(it -> new StreamKey(key.tenant(), it));
        return new LiveDefinition(key.tenant(), stream, json.toString());
    }

    @Override
    public LiveKind kind() {
        return LiveKind.DEFINITIONS;
    }

    @Override
    public Map<String, String> dimensions() {
        return Map.of();
    }

    private static ObjectNode json(String object, String id, boolean deleted) {
        return Json.mapper()
                .createObjectNode()
                .put("object", object)
                .put("id", id)
                .put("deleted", deleted);
    }

    private static JsonNode value(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() == null) {
            return Json.mapper().missingNode();
        }
        try {
            return Json.mapper().readTree(record.value());
        } catch (IOException e) {
            return Json.mapper().missingNode(); // it was changed nevertheless
        }
    }

    private static void copy(JsonNode from, String name, ObjectNode target, String as) {
        if (from.hasNonNull(name)) {
            target.set(as, from.get(name));
        }
    }
}
