package io.streamgauge.control.silence;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.re2j.PatternSyntaxException;
import io.streamgauge.control.rest.JsonProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the matchers of a silence, noting what is wrong with them. */
final class MatcherReader {

    private static final int MAX_MATCHERS = 20;
    private static final int MAX_NAME_CHARACTERS = 100;
    private static final int MAX_VALUE_CHARACTERS = 500;
    private static final Set<String> PROPERTIES = Set.of("name", "op", "value");
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    private final JsonProperties properties;

    private MatcherReader(JsonProperties properties) {
        this.properties = properties;
    }

    static List<Matcher> read(JsonProperties properties) {
        return new MatcherReader(properties).matchers();
    }

    /** Reads what the database holds, which has been read before. */
    static List<Matcher> stored(JsonNode array) {
        List<Matcher> matchers = new ArrayList<>();
        for (JsonNode element : array) {
            matchers.add(
                    Matcher.of(
                            element.path("name").asText(),
                            Matcher.Operator.ofWireName(element.path("op").asText()).orElseThrow(),
                            element.path("value").asText()));
        }
        return matchers;
    }

    private List<Matcher> matchers() {
        JsonNode array = properties.get("matchers");
        if (!array.isArray() || array.isEmpty() || array.size() > MAX_MATCHERS) {
            properties.violation(
                    "matchers",
                    array.isMissingNode() ? "required" : array.isArray() ? "range" : "type",
                    "expected: an array of 1 to %d matchers".formatted(MAX_MATCHERS));
            return List.of();
        }
        List<Matcher> matchers = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            matcher(array.get(i), "matchers/" + i).ifPresent(matchers::add);
        }
        // Else a silence of a mistyped label's absence would be one of everything.
        if (matchers.size() == array.size()
                && matchers.stream().allMatch(Matcher::matchesNothing)) {
            properties.violation(
                    "matchers",
                    "range",
                    "would match everything (expected: at least one that does not match the empty"
                            + " text)");
        }
        return matchers;
    }

    private Optional<Matcher> matcher(JsonNode json, String path) {
        if (!json.isObject()) {
            properties.violation(
                    path, "type", "%s (expected: an object)".formatted(JsonProperties.shown(json)));
            return Optional.empty();
        }
        json.fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!PROPERTIES.contains(name)) {
                                properties.violation(
                                        path + "/" + name.replace("~", "~0").replace("/", "~1"),
                                        "unknown",
                                        "not a property (expected: name, op, value)");
                            }
                        });
        Optional<String> name = text(json, path, "name", 1, MAX_NAME_CHARACTERS);
        Optional<String> value = text(json, path, "value", 0, MAX_VALUE_CHARACTERS);
        Optional<Matcher.Operator> operator = operator(json.path("op"), path);
        if (name.isEmpty() || value.isEmpty() || operator.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Matcher.of(name.get(), operator.get(), value.get()));
        } catch (PatternSyntaxException e) {
            properties.violation(
                    path + "/value",
                    "format",
                    "%s (expected: a regular expression of RE2)".formatted(e.getMessage()));
            return Optional.empty();
        }
    }

    private Optional<Matcher.Operator> operator(JsonNode op, String path) {
        Optional<Matcher.Operator> operator =
                op.isMissingNode()
                        ? Optional.of(Matcher.Operator.EQUAL)
                        : Matcher.Operator.ofWireName(op.asText());
        if (operator.isEmpty()) {
            properties.violation(
                    path + "/op",
                    "enum",
                    "%s (expected: one of =, !=, =~, !~)".formatted(JsonProperties.shown(op)));
        }
        return operator;
    }

    private Optional<String> text(JsonNode json, String path, String name, int least, int most) {
        JsonNode node = json.path(name);
        boolean good =
                node.isTextual()
                        && node.textValue().length() >= least
                        && node.textValue().length() <= most
                        && !UNPRINTABLE.matcher(node.textValue()).find();
        if (!good) {
            properties.violation(
                    path + "/" + name,
                    node.isMissingNode() ? "required" : node.isTextual() ? "format" : "type",
                    "%s (expected: a text of %d to %d printable characters)"
                            .formatted(
                                    node.isMissingNode() ? "missing" : JsonProperties.shown(node),
                                    least,
                                    most));
            return Optional.empty();
        }
        return Optional.of(node.textValue());
    }
}
