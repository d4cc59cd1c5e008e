package io.streamgauge.control.detection;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.detection.SeriesScope;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.rest.JsonProperties;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads and writes which series something is said of, as an object of dimension values. */
final class Scopes {

    private static final int MAX_VALUE_CHARACTERS = 1_000;

    /** What PostgreSQL takes as no text, too. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    private Scopes() {}

    /**
     * Reads a scope; notes what is wrong with it.
     *
     * @param where an object, or missing for all series
     * @param path of it, for what is noted
     */
    static SeriesScope read(
            JsonNode where, String path, StreamDefinition stream, JsonProperties notes) {
        if (where.isMissingNode() || where.isNull()) {
            return SeriesScope.ALL;
        }
        if (!where.isObject()) {
            notes.violation(path, "type", "expected: an object of values by dimension");
            return SeriesScope.ALL;
        }
        List<String> dimensions =
                stream.spec().fields(FieldRole.DIMENSION).stream().map(Field::name).toList();
        TreeMap<String, String> values = new TreeMap<>();
        for (Map.Entry<String, JsonNode> value : where.properties()) {
            String name = value.getKey();
            String at = path + "/" + name.replace("~", "~0").replace("/", "~1");
            if (!dimensions.contains(name)) {
                notes.violation(
                        at,
                        "unknown",
                        "no dimension of the stream (expected: one of %s)"
                                .formatted(String.join(", ", dimensions)));
            } else if (!isValue(value.getValue())) {
                notes.violation(
                        at,
                        "type",
                        "%s (expected: a string of at most %d printable characters)"
                                .formatted(
                                        JsonProperties.shown(value.getValue()),
                                        MAX_VALUE_CHARACTERS));
            } else {
                values.put(name, value.getValue().textValue());
            }
        }
        return new SeriesScope(values);
    }

    private static boolean isValue(JsonNode value) {
        return value.isTextual()
                && value.textValue().length() <= MAX_VALUE_CHARACTERS
                && !UNPRINTABLE.matcher(value.textValue()).find();
    }

    static ObjectNode toJson(Map<String, String> where) {
        ObjectNode json = Json.mapper().createObjectNode();
        new TreeMap<>(where).forEach(json::put); // jsonb has an order of its own
        return json;
    }

    /** Reads what the database has. */
    static SeriesScope stored(String json) throws SQLException {
        TreeMap<String, String> values = new TreeMap<>();
        tree(json).properties().forEach(it -> values.put(it.getKey(), it.getValue().asText()));
        return new SeriesScope(values);
    }

    static JsonNode tree(String json) throws SQLException {
        try {
            return Json.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new SQLException("detection: a column is not JSON", e);
        }
    }
}
