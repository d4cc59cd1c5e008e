package io.streamgauge.control.projection;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Map;
import java.util.regex.Pattern;

/** JSON as PostgreSQL stores it: it refuses NUL and broken surrogates, which events may hold. */
final class StorableJson {

    private static final Pattern REFUSED = Pattern.compile("[\\x00\\p{Cs}]");
    private static final String REPLACEMENT = "\uFFFD";

    private StorableJson() {}

    /** The same tree, with a replacement character for each that is refused. */
    static JsonNode of(JsonNode json) {
        return switch (json.getNodeType()) {
            case STRING -> TextNode.valueOf(text(json.textValue()));
            case ARRAY -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode();
                json.forEach(element -> array.add(of(element)));
                yield array;
            }
            case OBJECT -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                for (Map.Entry<String, JsonNode> member : json.properties()) {
                    object.set(text(member.getKey()), of(member.getValue()));
                }
                yield object;
            }
            default -> json;
        };
    }

    private static String text(String text) {
        return REFUSED.matcher(text).replaceAll(REPLACEMENT);
    }
}
