package io.streamgauge.control.alertinstance;

import io.streamgauge.contracts.alert.Severity;
import io.streamgauge.control.rest.Cursor;
import io.streamgauge.control.rest.QueryParameters;
import io.streamgauge.control.rest.TimeRange;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/** Reads the query parameters that lists of instances have in common. */
final class InstanceFilters {

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    private InstanceFilters() {}

    /** Repeated {@code name=value}. */
    static Map<String, String> pairs(QueryParameters parameters, String name) {
        Map<String, String> pairs = new TreeMap<>();
        for (String text : parameters.all(name)) {
            int equals = text.indexOf('=');
            if (equals < 1 || UNPRINTABLE.matcher(text).find()) {
                parameters.violation(
                        name,
                        "format",
                        "%s (expected: name=value)".formatted(QueryParameters.quote(text)));
            } else if (pairs.putIfAbsent(text.substring(0, equals), text.substring(equals + 1))
                    != null) {
                parameters.violation(
                        name,
                        "duplicate",
                        "%s stands twice (expected: once)".formatted(text.substring(0, equals)));
            }
        }
        return pairs;
    }

    static List<String> severities(QueryParameters parameters) {
        return oneOf(
                parameters,
                "severity",
                Arrays.stream(Severity.values()).map(Severity::wireName).toList());
    }

    /** A parameter that may be repeated, each time with one of some words. */
    static List<String> oneOf(QueryParameters parameters, String name, List<String> words) {
        List<String> values = parameters.all(name);
        for (String value : values) {
            if (!words.contains(value)) {
                parameters.violation(
                        name,
                        "enum",
                        "%s (expected: one of %s)"
                                .formatted(QueryParameters.quote(value), String.join(", ", words)));
            }
        }
        return values;
    }

    /** True or false. */
    static Optional<Boolean> bool(QueryParameters parameters, String name) {
        return parameters.parsed(
                name,
                "true or false",
                text ->
                        switch (text) {
                            case "true" -> Optional.of(true);
                            case "false" -> Optional.of(false);
                            default -> Optional.empty();
                        });
    }

    static List<String> cursor(AlertInstance last) {
        return List.of(last.startedAt().toString(), last.id().toString());
    }

    static InstanceQuery.Position position(String startedAt, String id) {
        try {
            return new InstanceQuery.Position(
                    TimeRange.instantOfCursor(startedAt), UUID.fromString(id));
        } catch (IllegalArgumentException notOurs) {
            throw Cursor.invalid();
        }
    }
}
