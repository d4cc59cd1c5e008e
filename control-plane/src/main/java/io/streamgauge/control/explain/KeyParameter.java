package io.streamgauge.control.explain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.rest.QueryParameters;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads which key of an alert is meant: {@code key=host=a}, repeated for each dimension, or once a
 * JSON object.
 */
final class KeyParameter {

    static final String NAME = "key";

    private KeyParameter() {}

    /**
     * The key as the jobs have it: a JSON object of strings, its names in order. Notes what is
     * wrong with the parameters.
     *
     * @param groupBy the alert's dimensions, each of which has to have a value
     */
    static String read(QueryParameters parameters, List<String> groupBy) {
        SortedMap<String, String> values = new TreeMap<>();
        for (String text : parameters.all(NAME)) {
            if (text.startsWith("{")) {
                readJson(parameters, text, values);
            } else {
                readPair(parameters, text, values);
            }
        }
        if (!values.keySet().equals(new TreeSet<>(groupBy))) {
            parameters.violation(
                    NAME,
                    values.isEmpty() ? "required" : "range",
                    groupBy.isEmpty()
                            ? "%s (expected: none, the alert judges its whole stream)"
                                    .formatted(values.keySet())
                            : "%s (expected: a value of each of %s)"
                                    .formatted(values.keySet(), String.join(", ", groupBy)));
        }
        return Json.mapper().valueToTree(values).toString();
    }

    private static void readJson(
            QueryParameters parameters, String text, Map<String, String> values) {
        try {
            for (Map.Entry<String, JsonNode> entry : Json.mapper().readTree(text).properties()) {
                if (entry.getValue().isContainerNode() || entry.getValue().isNull()) {
                    malformed(parameters, text);
                } else {
                    put(parameters, entry.getKey(), entry.getValue().asText(), values);
                }
            }
        } catch (JsonProcessingException e) {
            malformed(parameters, text);
        }
    }

    private static void readPair(
            QueryParameters parameters, String text, Map<String, String> values) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            malformed(parameters, text);
        } else {
            put(parameters, text.substring(0, equals), text.substring(equals + 1), values);
        }
    }

    private static void put(
            QueryParameters parameters, String name, String value, Map<String, String> values) {
        if (values.putIfAbsent(name, value) != null) {
            parameters.violation(
                    NAME,
                    "duplicate",
                    "%s stands twice (expected: once)".formatted(QueryParameters.quote(name)));
        }
    }

    private static void malformed(QueryParameters parameters, String text) {
        parameters.violation(
                NAME,
                "format",
                "%s (expected: dimension=value, or a JSON object of strings)"
                        .formatted(QueryParameters.quote(text)));
    }
}
