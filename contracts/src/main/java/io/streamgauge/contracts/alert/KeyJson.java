package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;

/** The key of an instance as an object, for who reads the record, and as the text that it is. */
final class KeyJson {

    private KeyJson() {}

    static void put(ObjectNode json, String key) {
        try {
            json.set("key", Json.mapper().readTree(key));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "key: " + key + " (expected: a JSON object of strings)", e);
        }
    }

    /** The text of which the object was made: both are compact and have their names in order. */
    static String read(Wire key) throws InvalidInputException {
        JsonNode node = Json.mapper().valueToTree(key.texts());
        return node.toString();
    }
}
