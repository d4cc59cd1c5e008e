package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import java.util.List;

/** Alerts as JSON with single quotes. */
final class Documents {

    private Documents() {}

    static JsonNode json(String text) {
        try {
            return Json.mapper().readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** An alert on the stream {@code metrics}. */
    static JsonNode alert(String condition, String more) {
        return json(
                "{'name':'x','stream':'metrics','condition':%s%s}"
                        .formatted(condition, more.isEmpty() ? "" : "," + more));
    }

    /** A sequence with more members, of steps. */
    static JsonNode sequence(String more, String... steps) {
        return alert(
                "{'kind':'sequence',%s'steps':[%s]}"
                        .formatted(more.isEmpty() ? "" : more + ",", String.join(",", steps)),
                "");
    }

    static AlertSpec read(JsonNode json) {
        try {
            return AlertSpecReader.read(json);
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }

    static List<String> violations(JsonNode json) {
        try {
            AlertSpecReader.read(json);
            return List.of();
        } catch (InvalidInputException e) {
            return e.violations().stream().map(Violation::toString).toList();
        }
    }
}
