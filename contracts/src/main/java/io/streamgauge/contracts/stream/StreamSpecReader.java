package io.streamgauge.contracts.stream;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads a stream's specification from JSON and reports everything that is wrong with it, each with
 * a pointer. The bounds below keep what one stream can cost finite; they are part of the API's
 * documentation.
 */
public final class StreamSpecReader {

    public static final int MAX_FIELDS = 64;
    public static final int MAX_DIMENSIONS = 16;
    public static final int MAX_MEASURES = 32;
    public static final int MAX_WINDOWS = 8;
    public static final int MAX_DESCRIPTION_CHARACTERS = 1_000;
    public static final Duration MIN_WINDOW = Duration.ofSeconds(1);
    public static final Duration MAX_WINDOW = Duration.ofHours(1);
    public static final Duration MAX_OUT_OF_ORDERNESS = Duration.ofMinutes(10);
    public static final Duration MAX_ALLOWED_LATENESS = Duration.ofHours(24);

    /**
     * How many windows of the smallest size allowed lateness may keep open for a series: each is
     * state that a job must hold.
     */
    public static final int MAX_WINDOWS_KEPT_FOR_LATENESS = 3_600;

    private static final Pattern STREAM_NAME = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");
    private static final Pattern FIELD_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cs}&&[^\\n\\t]]");
    private static final List<Duration> DEFAULT_WINDOWS =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1));
    private static final Set<String> PROPERTIES =
            Set.of(
                    "name",
                    "description",
                    "fields",
                    "windows",
                    "outOfOrderness",
                    "allowedLateness",
                    "earlyResults",
                    "unknownFields");
    private static final Set<String> FIELD_PROPERTIES = Set.of("name", "type", "role", "required");

    /**
     * What the server adds to a definition; a client that sends back what it got may include it.
     */
    private static final Set<String> SERVER_PROPERTIES =
            Set.of("id", "tenant", "version", "createdAt", "updatedAt");

    private final List<Violation> violations = new ArrayList<>();

    private StreamSpecReader() {}

    /**
     * Reads a specification. Properties that the server sets are ignored; unknown ones are refused.
     *
     * @throws InvalidInputException with all violations
     */
    public static StreamSpec read(JsonNode json) throws InvalidInputException {
        if (!json.isObject()) {
            throw new InvalidInputException(
                    List.of(
                            new Violation(
                                    "#",
                                    "type",
                                    "%s (expected: a JSON object)".formatted(shown(json)))));
        }
        StreamSpecReader reader = new StreamSpecReader();
        StreamSpec spec = reader.spec(json);
        if (!reader.violations.isEmpty()) {
            throw new InvalidInputException(reader.violations);
        }
        return spec;
    }

    /** Whether a text can be a stream's name. A name never looks like an id: paths take either. */
    public static boolean isName(String text) {
        return text.length() <= 63
                && STREAM_NAME.matcher(text).matches()
                && StreamId.parse(text).isEmpty();
    }

    private StreamSpec spec(JsonNode json) {
        refuseUnknown(json, "#", PROPERTIES, SERVER_PROPERTIES);
        List<Duration> windows = windows(json.path("windows"));
        Duration outOfOrderness =
                duration(
                        json.path("outOfOrderness"),
                        "#/outOfOrderness",
                        Duration.ZERO,
                        MAX_OUT_OF_ORDERNESS);
        Duration allowedLateness =
                duration(
                        json.path("allowedLateness"),
                        "#/allowedLateness",
                        Duration.ofMinutes(1),
                        MAX_ALLOWED_LATENESS);
        if (!windows.isEmpty()
                && allowedLateness.dividedBy(windows.getFirst()) > MAX_WINDOWS_KEPT_FOR_LATENESS) {
            violation(
                    "#/allowedLateness",
                    "range",
                    "%s (expected: at most %d times the smallest window, %s)"
                            .formatted(
                                    Durations.format(allowedLateness),
                                    MAX_WINDOWS_KEPT_FOR_LATENESS,
                                    Durations.format(
                                            windows.getFirst()
                                                    .multipliedBy(MAX_WINDOWS_KEPT_FOR_LATENESS))));
        }
        return new StreamSpec(
                name(json.path("name")),
                description(json.path("description")),
                fields(json.path("fields")),
                windows,
                outOfOrderness,
                allowedLateness,
                bool(json.path("earlyResults"), "#/earlyResults", true),
                oneOf(
                                json.path("unknownFields"),
                                "#/unknownFields",
                                UnknownFields.values(),
                                UnknownFields::wireName)
                        .orElse(UnknownFields.REJECT));
    }

    private String name(JsonNode node) {
        String name = requiredText(node, "#/name").orElse("");
        if (!name.isEmpty() && !isName(name)) {
            violation(
                    "#/name",
                    "format",
                    "%s (expected: 1 to 63 lower-case letters, digits and single inner hyphens, a letter first, and not a UUID)"
                            .formatted(quote(name)));
        }
        return name;
    }

    private String description(JsonNode node) {
        if (isAbsent(node)) {
            return "";
        }
        if (!node.isTextual()) {
            violation("#/description", "type", "%s (expected: a string)".formatted(shown(node)));
            return "";
        }
        String text = node.textValue();
        if (text.length() > MAX_DESCRIPTION_CHARACTERS) {
            violation(
                    "#/description",
                    "range",
                    "%d characters (expected: at most %d)"
                            .formatted(text.length(), MAX_DESCRIPTION_CHARACTERS));
        }
        if (UNPRINTABLE.matcher(text).find()) {
            violation(
                    "#/description", "format", "has control characters (expected: printable text)");
        }
        return text;
    }

    private List<Field> fields(JsonNode node) {
        if (isAbsent(node)) {
            violation("#/fields", "required", "missing (expected: an array of fields)");
            return List.of();
        }
        if (!node.isArray() || node.isEmpty()) {
            violation("#/fields", "type", "expected: an array of at least one field");
            return List.of();
        }
        if (node.size() > MAX_FIELDS) {
            violation(
                    "#/fields",
                    "range",
                    "%d fields (expected: at most %d)".formatted(node.size(), MAX_FIELDS));
            return List.of();
        }
        List<Field> fields = new ArrayList<>();
        Map<String, String> pointers = new HashMap<>();
        for (int i = 0; i < node.size(); i++) {
            String pointer = "#/fields/" + i;
            Optional<Field> field = field(node.get(i), pointer);
            field.ifPresent(
                    it -> {
                        String earlier = pointers.putIfAbsent(it.name(), pointer);
                        if (earlier != null) {
                            violation(
                                    pointer + "/name",
                                    "duplicate",
                                    "%s is the name of %s already (expected: unique names)"
                                            .formatted(quote(it.name()), earlier));
                        }
                    });
            field.ifPresent(fields::add);
        }
        if (fields.size() == node.size()) {
            checkRoles(fields);
        }
        return fields;
    }

    private void checkRoles(List<Field> fields) {
        atMost(fields, FieldRole.TIMESTAMP, 1);
        atMost(fields, FieldRole.DIMENSION, MAX_DIMENSIONS);
        atMost(fields, FieldRole.MEASURE, MAX_MEASURES);
    }

    private void atMost(List<Field> fields, FieldRole role, int limit) {
        long count = fields.stream().filter(field -> field.role() == role).count();
        if (count > limit) {
            violation(
                    "#/fields",
                    "range",
                    "%d fields of role %s (expected: at most %d)"
                            .formatted(count, role.wireName(), limit));
        }
    }

    private Optional<Field> field(JsonNode node, String pointer) {
        if (!node.isObject()) {
            violation(pointer, "type", "expected: an object with name, type and role");
            return Optional.empty();
        }
        refuseUnknown(node, pointer, FIELD_PROPERTIES, Set.of());
        Optional<String> name = requiredText(node.path("name"), pointer + "/name");
        if (name.isPresent() && !FIELD_NAME.matcher(name.get()).matches()) {
            violation(
                    pointer + "/name",
                    "format",
                    "%s (expected: a letter or '_', then letters, digits and '_', 63 at most)"
                            .formatted(quote(name.get())));
            name = Optional.empty();
        }
        Optional<FieldType> type =
                required(
                        node.path("type"),
                        pointer + "/type",
                        FieldType.values(),
                        FieldType::wireName);
        Optional<FieldRole> role =
                required(
                        node.path("role"),
                        pointer + "/role",
                        FieldRole.values(),
                        FieldRole::wireName);
        if (type.isPresent() && role.isPresent() && !fits(type.get(), role.get())) {
            violation(
                    pointer + "/role",
                    "conflict",
                    "%s cannot be the role of a field of type %s"
                            .formatted(role.get().wireName(), type.get().wireName()));
        }
        boolean identifies =
                role.isPresent()
                        && (role.get() == FieldRole.TIMESTAMP || role.get() == FieldRole.DIMENSION);
        boolean required = bool(node.path("required"), pointer + "/required", identifies);
        if (!required && role.isPresent() && role.get() == FieldRole.TIMESTAMP) {
            violation(
                    pointer + "/required",
                    "conflict",
                    "false (expected: true for the role timestamp)");
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

    private List<Duration> windows(JsonNode node) {
        if (isAbsent(node)) {
            return DEFAULT_WINDOWS;
        }
        if (!node.isArray() || node.isEmpty() || node.size() > MAX_WINDOWS) {
            violation(
                    "#/windows",
                    "type",
                    "expected: an array of 1 to %d durations".formatted(MAX_WINDOWS));
            return List.of();
        }
        List<Duration> windows = new ArrayList<>();
        Set<Duration> seen = new HashSet<>();
        for (int i = 0; i < node.size(); i++) {
            String pointer = "#/windows/" + i;
            Optional<Duration> window = parseDuration(node.get(i), pointer);
            if (window.isEmpty()) {
                continue;
            }
            Duration size = window.get();
            if (size.compareTo(MIN_WINDOW) < 0
                    || size.compareTo(MAX_WINDOW) > 0
                    || size.toMillis() % 1_000 != 0) {
                violation(
                        pointer,
                        "range",
                        "%s (expected: whole seconds, 1s to 1h)".formatted(Durations.format(size)));
            } else if (!seen.add(size)) {
                violation(
                        pointer, "duplicate", "%s stands twice".formatted(Durations.format(size)));
            } else {
                windows.add(size);
            }
        }
        windows.sort(null);
        return windows;
    }

    private Duration duration(JsonNode node, String pointer, Duration fallback, Duration most) {
        if (isAbsent(node)) {
            return fallback;
        }
        Duration value = parseDuration(node, pointer).orElse(fallback);
        if (value.compareTo(most) > 0) {
            violation(
                    pointer,
                    "range",
                    "%s (expected: 0s to %s)"
                            .formatted(Durations.format(value), Durations.format(most)));
            return fallback;
        }
        return value;
    }

    private Optional<Duration> parseDuration(JsonNode node, String pointer) {
        Optional<Duration> value =
                node.isTextual() ? Durations.parse(node.textValue()) : Optional.empty();
        if (value.isEmpty()) {
            violation(
                    pointer,
                    "format",
                    "%s (expected: a duration such as 500ms, 10s, 1m30s or 1h)"
                            .formatted(shown(node)));
        }
        return value;
    }

    private boolean bool(JsonNode node, String pointer, boolean fallback) {
        if (isAbsent(node)) {
            return fallback;
        }
        if (!node.isBoolean()) {
            violation(pointer, "type", "%s (expected: true or false)".formatted(shown(node)));
            return fallback;
        }
        return node.booleanValue();
    }

    private Optional<String> requiredText(JsonNode node, String pointer) {
        if (isAbsent(node)) {
            violation(pointer, "required", "missing (expected: a string)");
            return Optional.empty();
        }
        if (!node.isTextual() || node.textValue().isEmpty()) {
            violation(pointer, "type", "%s (expected: a string, not empty)".formatted(shown(node)));
            return Optional.empty();
        }
        return Optional.of(node.textValue());
    }

    private <T> Optional<T> required(
            JsonNode node, String pointer, T[] values, Function<T, String> wireName) {
        if (isAbsent(node)) {
            violation(
                    pointer,
                    "required",
                    "missing (expected: one of %s)".formatted(names(values, wireName)));
            return Optional.empty();
        }
        return oneOf(node, pointer, values, wireName);
    }

    private <T> Optional<T> oneOf(
            JsonNode node, String pointer, T[] values, Function<T, String> wireName) {
        if (isAbsent(node)) {
            return Optional.empty();
        }
        for (T value : values) {
            if (node.isTextual() && wireName.apply(value).equals(node.textValue())) {
                return Optional.of(value);
            }
        }
        violation(
                pointer,
                "enum",
                "%s (expected: one of %s)".formatted(shown(node), names(values, wireName)));
        return Optional.empty();
    }

    private static <T> String names(T[] values, Function<T, String> wireName) {
        return Arrays.stream(values).map(wireName).collect(joining(", "));
    }

    private void refuseUnknown(
            JsonNode node, String pointer, Set<String> known, Set<String> ignored) {
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name) && !ignored.contains(name)) {
                violation(
                        pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                        "unknown",
                        "not a property (expected: one of %s)"
                                .formatted(String.join(", ", known.stream().sorted().toList())));
            }
        }
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }

    private static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    private static String quote(String text) {
        return '"' + (text.length() <= 80 ? text : text.substring(0, 77) + "...") + '"';
    }

    private void violation(String pointer, String code, String message) {
        violations.add(new Violation(pointer, code, message));
    }
}
