package io.streamgauge.local.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What differs between two documents, for people. */
final class JsonChanges {

    private JsonChanges() {}

    /** A line for each difference: the place, the value before and the value after. */
    static List<String> between(JsonNode before, JsonNode after) {
        List<String> lines = new ArrayList<>();
        collect("", before, after, lines);
        return lines;
    }

    private static void collect(String place, JsonNode before, JsonNode after, List<String> lines) {
        if (before.isObject() && after.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                collect(place + "/" + name, before.path(name), after.path(name), lines);
            }
        } else if (before.isArray() && after.isArray()) {
            for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
                collect(place + "/" + i, before.path(i), after.path(i), lines);
            }
        } else if (!before.equals(after) && !isSameNumber(before, after)) {
            lines.add("%s: %s -> %s".formatted(place, shown(before), shown(after)));
        }
    }

    /** 90 and 90.0 are one value to the API. */
    private static boolean isSameNumber(JsonNode before, JsonNode after) {
        return before.isNumber()
                && after.isNumber()
                && before.decimalValue().compareTo(after.decimalValue()) == 0;
    }

    private static String shown(JsonNode value) {
        if (value.isNumber()) {
            return value.decimalValue().stripTrailingZeros().toPlainString();
        }
        return value.isMissingNode() ? "(none)" : value.toString();
    }
}
