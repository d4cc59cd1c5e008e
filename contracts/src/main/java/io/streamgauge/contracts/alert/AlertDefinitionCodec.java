package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The JSON form of an alert's definition on the control topic, where its key is {@code
 * alert/<tenant>/<id>} and a tombstone says that the alert is gone.
 */
public final class AlertDefinitionCodec {

    private static final String KEY_PREFIX = "alert/";

    private AlertDefinitionCodec() {}

    /** Which alert a record of the control topic is about. */
    public record Key(TenantId tenant, AlertId alert) {

        /** The record's key. */
        @Override
        public String toString() {
            return KEY_PREFIX + tenant + "/" + alert;
        }

        /** Reads a record's key; empty where it is about something other than an alert. */
        public static Optional<Key> parse(String key) {
            String[] parts = key.split("/", -1);
            if (parts.length != 3 || !key.startsWith(KEY_PREFIX) || !TenantId.isValid(parts[1])) {
                return Optional.empty();
            }
            return AlertId.parse(parts[2]).map(id -> new Key(new TenantId(parts[1]), id));
        }
    }

    /** Writes the specification alone, as {@link AlertSpecReader} reads it. */
    public static ObjectNode toJson(AlertSpec spec) {
        return AlertSpecWriter.toJson(spec);
    }

    /** Writes a definition. */
    public static ObjectNode toJson(AlertDefinition definition) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", definition.id().toString());
        json.put("tenant", definition.tenant().value());
        definition.stream().ifPresent(it -> json.put("stream", it.toString()));
        ObjectNode members = json.putObject("members");
        new TreeMap<>(definition.members()).forEach((name, id) -> members.put(name, id.toString()));
        json.put("revision", definition.revision());
        json.put("paused", definition.paused());
        ArrayNode versions = json.putArray("versions");
        for (AlertVersion version : definition.versions()) {
            versions.addObject()
                    .put("version", version.number())
                    .put("mode", version.mode().wireName())
                    .set("spec", toJson(version.spec()));
        }
        json.put("updatedAt", definition.updatedAt().toString());
        return json;
    }

    /** Writes a definition as UTF-8 JSON. */
    public static byte[] toBytes(AlertDefinition definition) {
        return Wire.bytes(toJson(definition));
    }

    /**
     * Reads a definition. Members that are not known are passed over, but not those of a
     * specification: whoever does not know one would judge otherwise than it says.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid definition
     */
    public static AlertDefinition fromBytes(byte[] bytes) throws InvalidInputException {
        Wire json = Wire.of(bytes);
        Map<String, AlertId> members = new HashMap<>();
        for (String name : json.at("members").names()) {
            members.put(name, json.at("members").at(name).alert());
        }
        List<AlertVersion> versions = new ArrayList<>();
        for (Wire version : json.at("versions").elements()) {
            versions.add(
                    new AlertVersion(
                            version.at("version").atLeast(1),
                            version.at("mode")
                                    .oneOf(AlertVersion.Mode.values(), AlertVersion.Mode::wireName),
                            AlertSpecReader.read(version.at("spec").input())));
        }
        return new AlertDefinition(
                json.at("tenant").tenant(),
                json.at("id").alert(),
                json.at("stream").optional(Wire::stream),
                members,
                json.at("revision").atLeast(1),
                json.at("paused").bool(),
                versions,
                json.at("updatedAt").instant());
    }
}
