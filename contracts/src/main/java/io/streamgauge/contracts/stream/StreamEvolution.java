package io.streamgauge.contracts.stream;

import static java.util.stream.Collectors.toMap;

import io.streamgauge.contracts.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Decides whether a stream may change from one specification to another. A change is refused where
 * events that were taken under the old schema, which are still in the log and may be read again,
 * would no longer be valid or would mean something else, and where stored results would lose their
 * field.
 */
public final class StreamEvolution {

    private StreamEvolution() {}

    /**
     * What speaks against the change; empty where it is allowed. Pointers are into {@code next}.
     */
    public static List<Violation> violations(StreamSpec current, StreamSpec next) {
        List<Violation> violations = new ArrayList<>();
        if (!current.name().equals(next.name())) {
            violations.add(
                    incompatible(
                            "#/name",
                            "the name cannot change from %s to %s; create another stream"
                                    .formatted(current.name(), next.name())));
        }
        Map<String, Field> before =
                current.fields().stream().collect(toMap(Field::name, Function.identity()));
        for (int i = 0; i < next.fields().size(); i++) {
            Field field = next.fields().get(i);
            Field old = before.remove(field.name());
            String pointer = "#/fields/" + i;
            if (old == null) {
                checkAdded(field, pointer, violations);
            } else {
                checkChanged(old, field, pointer, violations);
            }
        }
        for (Field removed : before.values()) {
            violations.add(
                    incompatible(
                            "#/fields",
                            "field %s cannot be removed: stored events and results have it; create another stream"
                                    .formatted(removed.name())));
        }
        return violations;
    }

    private static void checkAdded(Field field, String pointer, List<Violation> violations) {
        if (field.role() == FieldRole.TIMESTAMP) {
            violations.add(
                    incompatible(
                            pointer + "/role",
                            "a timestamp cannot be added: stored events were ordered by their"
                                    + " arrival"));
        } else if (field.required()) {
            violations.add(
                    incompatible(
                            pointer + "/required",
                            "new field %s cannot be required: stored events lack it (expected: \"required\": false)"
                                    .formatted(field.name())));
        }
    }

    private static void checkChanged(
            Field old, Field field, String pointer, List<Violation> violations) {
        if (old.type() != field.type()) {
            violations.add(
                    incompatible(
                            pointer + "/type",
                            "type of %s cannot change from %s to %s: stored events have the old one"
                                    .formatted(
                                            field.name(),
                                            old.type().wireName(),
                                            field.type().wireName())));
        }
        if (old.role() != field.role()) {
            violations.add(
                    incompatible(
                            pointer + "/role",
                            "role of %s cannot change from %s to %s: stored results were computed with the old one"
                                    .formatted(
                                            field.name(),
                                            old.role().wireName(),
                                            field.role().wireName())));
        }
        if (!old.required() && field.required()) {
            violations.add(
                    incompatible(
                            pointer + "/required",
                            "%s cannot become required: stored events may lack it"
                                    .formatted(field.name())));
        }
    }

    private static Violation incompatible(String pointer, String message) {
        return new Violation(pointer, "incompatible", message);
    }
}
