package io.streamgauge.control.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import java.util.TreeSet;

/**
 * What is different between two JSON documents: the smallest values that are, each with its JSON
 * pointer. Elements of arrays are compared by their places.
 */
final class SpecDiff {

    private final ArrayNode changes = Json.mapper().createArrayNode();

    private SpecDiff() {}

    /**
     * Objects with {@code pointer}, and {@code before} and {@code after} where there is a value.
     */
    static ArrayNode between(JsonNode before, JsonNode after) {
        SpecDiff diff = new SpecDiff();
        diff.compare("", before, after);
        return diff.changes;
    }

    private void compare(String pointer, JsonNode before, JsonNode after) {
        if (before.equals(after)) {
            return;
        }
        if (before.isObject() && after.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                String escaped = name.replace("~", "~0").replace("/", "~1");
                compare(pointer + "/" + escaped, before.path(name), after.path(name));
            }
            return;
        }
        if (before.isArray() && after.isArray()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                compare(pointer + "/" + i, before.path(i), after.path(i));
            }
            return;
        }
        ObjectNode change = changes.addObject().put("pointer", "#" + pointer);
        if (!before.isMissingNode()) {
            change.set("before", before);
        }
        if (!after.isMissingNode()) {
            change.set("after", after);
        }
    }
}
