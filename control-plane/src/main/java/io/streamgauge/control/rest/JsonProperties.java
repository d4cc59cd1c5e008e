package io.streamgauge.control.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.InvalidRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The properties of a flat JSON object, read strictly: an unknown name is an error. {@code null} is
 * the same as absent. Collects what is wrong, each with its pointer; {@link #check} throws it.
 */
public final class JsonProperties {

    /** Also what PostgreSQL takes as no text: NUL and lone surrogates. */
    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cs}]");

    private final JsonNode json;
    private final List<Violation> violations = new ArrayList<>();

    /**
     * @param known the names that the resource has
     * @param setByServer names that a client may send back as it got them; they are ignored
     * @throws InvalidRequest where it is not an object
     */
    public JsonProperties(JsonNode json, Set<String> known, Set<String> setByServer) {
        if (!json.isObject()) {
            throw new InvalidRequest(
                    new Violation(
                            "#", "type", "%s (expected: a JSON object)".formatted(shown(json))));
        }
        this.json = json;
        for (Map.Entry<String, JsonNode> property : json.properties()) {
            String name = property.getKey();
            if (!known.contains(name) && !setByServer.contains(name)) {
                violation(
                        name.replace("~", "~0").replace("/", "~1"),
                        "unknown",
                        "not a property (expected: one of %s)"
                                .formatted(String.join(", ", known.stream().sorted().toList())));
            }
        }
    }

    /** Whether a property is there. */
    public boolean has(String name) {
        return json.hasNonNull(name);
    }

    /** A property as it stands; a missing node where it is not there. */
    public JsonNode get(String name) {
        return has(name) ? json.path(name) : MissingNode.getInstance();
    }

    /**
     * A printable text of 1 to some characters, without blanks around it, which has to be there.
     */
    public Optional<String> requiredText(String name, int most) {
        return isThere(name, "a string") ? text(name, most) : Optional.empty();
    }

    /** As {@link #requiredText}, where it need not be there. */
    public Optional<String> text(String name, int most) {
        return parsed(
                name,
                "1 to %d printable characters, no blanks around them".formatted(most),
                text ->
                        Optional.of(text)
                                .filter(it -> !it.isBlank() && it.length() <= most)
                                .filter(it -> it.equals(it.strip()))
                                .filter(it -> !UNPRINTABLE.matcher(it).find()));
    }

    /** A point in time, as RFC 3339 has it. */
    public Optional<Instant> instant(String name) {
        return parsed(name, "an RFC 3339 timestamp", QueryParameters::parseTimestamp);
    }

    /** A duration such as {@code 10s}. */
    public Optional<Duration> duration(String name) {
        return parsed(name, "a duration such as 12h or 30d", Durations::parse);
    }

    /** A value of another kind, which has to be there. */
    public <T> Optional<T> requiredParsed(
            String name, String expectation, Function<String, Optional<T>> parser) {
        return isThere(name, expectation) ? parsed(name, expectation, parser) : Optional.empty();
    }

    /** As {@link #requiredParsed}, where it need not be there. */
    public <T> Optional<T> parsed(
            String name, String expectation, Function<String, Optional<T>> parser) {
        if (!has(name)) {
            return Optional.empty();
        }
        JsonNode node = get(name);
        Optional<T> value = node.isTextual() ? parser.apply(node.textValue()) : Optional.empty();
        if (value.isEmpty()) {
            violation(
                    name,
                    node.isTextual() ? "format" : "type",
                    "%s (expected: %s)".formatted(shown(node), expectation));
        }
        return value;
    }

    /**
     * Notes what is wrong.
     *
     * @param path of the property, as a JSON pointer without its first slash
     */
    public void violation(String path, String code, String message) {
        violations.add(new Violation("#/" + path, code, message));
    }

    /**
     * @throws InvalidRequest where anything was wrong so far
     */
    public void check() {
        if (!violations.isEmpty()) {
            throw new InvalidRequest(violations);
        }
    }

    /** A value as messages show it. */
    public static String shown(JsonNode node) {
        String text = node.toString();
        return text.length() <= 80 ? text : text.substring(0, 77) + "...";
    }

    private boolean isThere(String name, String expectation) {
        if (!has(name)) {
            violation(name, "required", "missing (expected: %s)".formatted(expectation));
            return false;
        }
        return true;
    }
}
