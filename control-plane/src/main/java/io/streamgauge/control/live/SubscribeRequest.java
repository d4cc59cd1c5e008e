package io.streamgauge.control.live;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.control.problem.InvalidRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads the payload of a subscribe message: first which stream it names, then, once the stream is
 * known, what of it is wanted. Reports everything that is wrong, with pointers into the payload.
 */
final class SubscribeRequest {

    private static final Set<String> PROPERTIES =
            Set.of("stream", "kinds", "where", "windows", "timings");
    private static final String AGGREGATES = "aggregates";

    private final JsonNode payload;
    private final List<Violation> violations = new ArrayList<>();

    SubscribeRequest(JsonNode payload) {
        this.payload = payload;
    }

    /**
     * The id or the name of the stream.
     *
     * @throws InvalidRequest where the payload names none
     */
    String stream() {
        JsonNode stream = payload.path("stream");
        if (!stream.isTextual()) {
            throw new InvalidRequest(
                    new Violation(
                            payload.isObject() ? "#/stream" : "#",
                            stream.isMissingNode() ? "required" : "type",
                            "expected: a stream's id or name, as a string"));
        }
        return stream.asText();
    }

    /**
     * What of the stream is wanted.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    ResultFilter filter(StreamDefinition definition) {
        payload.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!PROPERTIES.contains(name)) {
                                violation("#/" + escaped(name), "unknown", "not a property");
                            }
                        });
        checkKinds();
        ResultFilter filter =
                new ResultFilter(where(definition.spec()), windows(definition.spec()), timings());
        if (!violations.isEmpty()) {
            throw new InvalidRequest(violations);
        }
        return filter;
    }

    private void checkKinds() {
        texts(
                "kinds",
                kind -> kind.equals(AGGREGATES) ? Optional.of(kind) : Optional.empty(),
                AGGREGATES);
    }

    private Map<String, String> where(StreamSpec spec) {
        JsonNode where = payload.path("where");
        Map<String, String> values = new HashMap<>();
        if (where.isMissingNode()) {
            return values;
        }
        if (!where.isObject()) {
            violation("#/where", "type", "expected: an object of strings");
            return values;
        }
        List<String> dimensions =
                spec.fields(FieldRole.DIMENSION).stream().map(Field::name).toList();
        for (Map.Entry<String, JsonNode> entry : where.properties()) {
            String pointer = "#/where/" + escaped(entry.getKey());
            if (!dimensions.contains(entry.getKey())) {
                violation(
                        pointer,
                        "unknown",
                        dimensions.isEmpty()
                                ? "not a dimension (expected: nothing, the stream has none)"
                                : "not a dimension (expected: %s)"
                                        .formatted(String.join(", ", dimensions)));
            } else if (!entry.getValue().isTextual()) {
                violation(pointer, "type", "expected: a string, as in the results");
            } else {
                values.put(entry.getKey(), entry.getValue().asText());
            }
        }
        return values;
    }

    private Set<String> windows(StreamSpec spec) {
        Set<Duration> declared = Set.copyOf(spec.windows());
        return texts(
                "windows",
                text -> Durations.parse(text).filter(declared::contains).map(Durations::format),
                spec.windows().stream().map(Durations::format).collect(joining(", ")));
    }

    private Set<String> timings() {
        List<String> names = Arrays.stream(Timing.values()).map(Timing::wireName).toList();
        return texts(
                "timings",
                text -> names.contains(text) ? Optional.of(text) : Optional.empty(),
                String.join(", ", names));
    }

    /** An array of strings, each one of several; empty where it is not there. */
    private Set<String> texts(
            String name, Function<String, Optional<String>> reader, String expectation) {
        JsonNode array = payload.path(name);
        Set<String> texts = new HashSet<>();
        if (array.isMissingNode()) {
            return texts;
        }
        if (!array.isArray() || array.isEmpty()) {
            violation(
                    "#/" + name,
                    array.isArray() ? "range" : "type",
                    "expected: an array of at least one of %s".formatted(expectation));
            return texts;
        }
        for (int i = 0; i < array.size(); i++) {
            Optional<String> text =
                    array.get(i).isTextual()
                            ? reader.apply(array.get(i).asText())
                            : Optional.empty();
            if (text.isPresent()) {
                texts.add(text.get());
            } else {
                violation(
                        "#/%s/%d".formatted(name, i),
                        "value",
                        "%s (expected: %s)".formatted(shown(array.get(i)), expectation));
            }
        }
        return texts;
    }

    private void violation(String pointer, String code, String message) {
        violations.add(new Violation(pointer, code, message));
    }

    private static String escaped(String name) {
        String shown = name.length() <= 63 ? name : name.substring(0, 60) + "...";
        return shown.replace("~", "~0").replace("/", "~1");
    }

    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }
}
