package io.streamgauge.contracts.stream;

import io.streamgauge.contracts.document.Input;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the fields of a stream, each for itself and then together. */
final class FieldReader {

    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final Set<String> PROPERTIES = Set.of("name", "type", "role", "required");

    private FieldReader() {}

    static List<Field> fields(Input input) {
        if (!input.isArray(1, StreamSpecReader.MAX_FIELDS, "fields")) {
            return List.of();
        }
        List<Input> elements = input.elements();
        List<Field> fields = new ArrayList<>();
        Map<String, Input> elementOfName = new HashMap<>();
        for (Input element : elements) {
            Optional<Field> field = field(element);
            if (field.isEmpty()) {
                continue;
            }
            fields.add(field.get());
            Input earlier = elementOfName.putIfAbsent(field.get().name(), element);
            if (earlier != null) {
                Input name = element.at("name");
                name.report(
                        "duplicate",
                        "%s is the name of %s already (expected: unique names)"
                                .formatted(name.shown(), earlier.pointer()));
            }
        }
        if (fields.size() == elements.size()) {
            atMost(input, fields, FieldRole.TIMESTAMP, 1);
            atMost(input, fields, FieldRole.DIMENSION, StreamSpecReader.MAX_DIMENSIONS);
            atMost(input, fields, FieldRole.MEASURE, StreamSpecReader.MAX_MEASURES);
        }
        return fields;
    }

    private static Optional<Field> field(Input input) {
        if (!input.isObject("an object with name, type and role")) {
            return Optional.empty();
        }
        input.refuseUnknown(PROPERTIES, Set.of());
        Optional<String> name =
                input.at("name")
                        .required(
                                text -> NAME.matcher(text).matches(),
                                "a letter or '_', then letters, digits and '_', 63 at most");
        Optional<FieldType> type =
                input.at("type").requiredOneOf(FieldType.values(), FieldType::wireName);
        Optional<FieldRole> role =
                input.at("role").requiredOneOf(FieldRole.values(), FieldRole::wireName);
        if (type.isPresent() && role.isPresent() && !fits(type.get(), role.get())) {
            input.at("role")
                    .report(
                            "conflict",
                            "%s cannot be the role of a field of type %s"
                                    .formatted(role.get().wireName(), type.get().wireName()));
        }
        boolean isTime = role.isPresent() && role.get() == FieldRole.TIMESTAMP;
        boolean identifies = isTime || (role.isPresent() && role.get() == FieldRole.DIMENSION);
        boolean required = input.at("required").bool(identifies);
        if (isTime && !required) {
            input.at("required")
                    .report("conflict", "false (expected: true for the role timestamp)");
        }
        if (name.isEmpty() || type.isEmpty() || role.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Field(name.get(), type.get(), role.get(), required));
    }

    private static boolean fits(FieldType type, FieldRole role) {
        return switch (role) {
            case TIMESTAMP -> type == FieldType.TIMESTAMP;
            case MEASURE -> type == FieldType.NUMBER;
            case DIMENSION -> type != FieldType.TIMESTAMP;
            case ATTRIBUTE -> true;
        };
    }

    private static void atMost(Input input, List<Field> fields, FieldRole role, int limit) {
        long count = fields.stream().filter(field -> field.role() == role).count();
        if (count > limit) {
            input.report(
                    "range",
                    "%d fields of role %s (expected: at most %d)"
                            .formatted(count, role.wireName(), limit));
        }
    }
}
