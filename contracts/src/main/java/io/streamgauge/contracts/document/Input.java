package io.streamgauge.contracts.document;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.NearMisses;
import io.streamgauge.contracts.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A part of a document, with its place in it and what was found wrong so far. Each read reports
 * what is wrong, and gives nothing where it has reported.
 *
 * @param violations of the whole document; reads add to it
 */
public record Input(JsonNode node, String pointer, List<Violation> violations) {

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Cs}&&[^\\n\\t]]");
    private static final int MAX_SHOWN = 80;

    /** A member of an object; absent where there is none. */
    public Input at(String name) {
        return new Input(
                node.path(name),
                pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                violations);
    }

    /** The elements of an array. */
    public List<Input> elements() {
        List<Input> elements = new ArrayList<>();
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            elements.add(new Input(node.get(i), pointer + "/" + i, violations));
        }
        return elements;
    }

    /** The members of an object, in the document's order. */
    public List<Map.Entry<String, Input>> members() {
        List<Map.Entry<String, Input>> members = new ArrayList<>();
        node.fieldNames().forEachRemaining(name -> members.add(Map.entry(name, at(name))));
        return members;
    }

    /** Whether nothing is there, or {@code null}. */
    public boolean isAbsent() {
        return node.isMissingNode() || node.isNull();
    }

    /** Whether something is there, of whatever type. */
    public boolean isPresent() {
        return !isAbsent();
    }

    /** Whether the part is an object. */
    public boolean isObject(String expected) {
        if (isAbsent()) {
            missing(expected);
            return false;
        }
        if (!node.isObject()) {
            report("type", "%s (expected: %s)".formatted(shown(), expected));
            return false;
        }
        return true;
    }

    /** Whether the part is an array of a size. */
    public boolean isArray(int least, int most, String of) {
        String expected = "an array of %d to %d %s".formatted(least, most, of);
        if (isAbsent()) {
            missing(expected);
            return false;
        }
        if (!node.isArray()) {
            report("type", "%s (expected: %s)".formatted(shown(), expected));
            return false;
        }
        if (node.size() < least || node.size() > most) {
            report("range", "%d %s (expected: %s)".formatted(node.size(), of, expected));
            return false;
        }
        return true;
    }

    /** Reports members that are not known. */
    public void refuseUnknown(Set<String> known, Set<String> ignored) {
        for (Map.Entry<String, Input> member : members()) {
            String name = member.getKey();
            if (!known.contains(name) && !ignored.contains(name)) {
                String hint = NearMisses.hint(name, known);
                member.getValue()
                        .report(
                                "unknown",
                                hint.isEmpty()
                                        ? "not a property (expected: one of %s)"
                                                .formatted(
                                                        String.join(
                                                                ", ",
                                                                known.stream().sorted().toList()))
                                        : "not a property" + hint);
            }
        }
    }

    /** A text that may be empty or absent. */
    public Optional<String> text(int most) {
        if (isAbsent()) {
            return Optional.empty();
        }
        if (!node.isTextual()) {
            report("type", "%s (expected: a string)".formatted(shown()));
            return Optional.empty();
        }
        String text = node.textValue();
        if (text.length() > most) {
            report("range", "%d characters (expected: at most %d)".formatted(text.length(), most));
            return Optional.empty();
        }
        if (UNPRINTABLE.matcher(text).find()) {
            report("format", "has control characters (expected: printable text)");
            return Optional.empty();
        }
        return Optional.of(text);
    }

    /** A text that may be absent, but not empty. */
    public Optional<String> filled(int most) {
        Optional<String> text = text(most);
        if (text.isPresent() && text.get().isBlank()) {
            report("range", "empty (expected: a string that is not)");
            return Optional.empty();
        }
        return text;
    }

    /** A text that must be there and of a form. */
    public Optional<String> required(Function<String, Boolean> form, String expected) {
        if (isAbsent()) {
            missing(expected);
            return Optional.empty();
        }
        if (!node.isTextual() || !form.apply(node.textValue())) {
            report(
                    node.isTextual() ? "format" : "type",
                    "%s (expected: %s)".formatted(shown(), expected));
            return Optional.empty();
        }
        return Optional.of(node.textValue());
    }

    /** Texts that are all of a form and all different; none where the part is absent. */
    public List<String> distinct(
            int most, String of, Function<String, Boolean> form, String expected) {
        if (isAbsent() || !isArray(0, most, of)) {
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (Input element : elements()) {
            Optional<String> text = element.required(form, expected);
            if (text.isPresent() && !seen.add(text.get())) {
                element.report("duplicate", "%s stands twice".formatted(element.shown()));
            } else {
                text.ifPresent(texts::add);
            }
        }
        return texts;
    }

    /** True or false; the fallback where the part is absent. */
    public boolean bool(boolean fallback) {
        if (isAbsent()) {
            return fallback;
        }
        if (!node.isBoolean()) {
            report("type", "%s (expected: true or false)".formatted(shown()));
            return fallback;
        }
        return node.booleanValue();
    }

    /** A number of a size that events can have. */
    public OptionalDouble number(double least, double most) {
        if (isAbsent()) {
            return OptionalDouble.empty();
        }
        if (!node.isNumber()) {
            report("type", "%s (expected: a number)".formatted(shown()));
            return OptionalDouble.empty();
        }
        double value = node.doubleValue();
        if (!(value >= least && value <= most)) {
            report("range", "%s (expected: %s to %s)".formatted(shown(), least, most));
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(value);
    }

    /** A number that must be there. */
    public OptionalDouble requiredNumber(double least, double most) {
        if (isAbsent()) {
            missing("a number");
        }
        return number(least, most);
    }

    /** A whole number that may be absent. */
    public Optional<Integer> integer(int least, int most) {
        if (isAbsent()) {
            return Optional.empty();
        }
        if (!node.isIntegralNumber() || !node.canConvertToInt()) {
            report(
                    "type",
                    "%s (expected: a whole number from %d to %d)".formatted(shown(), least, most));
            return Optional.empty();
        }
        if (node.intValue() < least || node.intValue() > most) {
            report("range", "%s (expected: %d to %d)".formatted(shown(), least, most));
            return Optional.empty();
        }
        return Optional.of(node.intValue());
    }

    /** A duration that may be absent. */
    public Optional<Duration> duration(Duration least, Duration most) {
        if (isAbsent()) {
            return Optional.empty();
        }
        Optional<Duration> value =
                node.isTextual() ? Durations.parse(node.textValue()) : Optional.empty();
        if (value.isEmpty()) {
            report(
                    "format",
                    "%s (expected: a duration such as 500ms, 10s, 1m30s or 1h)".formatted(shown()));
        } else if (value.get().compareTo(least) < 0 || value.get().compareTo(most) > 0) {
            report(
                    "range",
                    "%s (expected: %s to %s)"
                            .formatted(
                                    node.textValue(),
                                    Durations.format(least),
                                    Durations.format(most)));
            return Optional.empty();
        }
        return value;
    }

    /** A duration that must be there. */
    public Optional<Duration> requiredDuration(Duration least, Duration most) {
        if (isAbsent()) {
            missing("a duration such as 500ms, 10s, 1m30s or 1h");
        }
        return duration(least, most);
    }

    /** One of some words, or nothing. */
    public <T> Optional<T> oneOf(T[] values, Function<T, String> wireName) {
        if (isAbsent()) {
            return Optional.empty();
        }
        for (T value : values) {
            if (node.isTextual() && wireName.apply(value).equals(node.textValue())) {
                return Optional.of(value);
            }
        }
        List<String> names = Arrays.stream(values).map(wireName).toList();
        report(
                "enum",
                "%s (expected: one of %s)%s"
                        .formatted(
                                shown(),
                                String.join(", ", names),
                                node.isTextual() ? NearMisses.hint(node.textValue(), names) : ""));
        return Optional.empty();
    }

    /** One of some words, which must be there. */
    public <T> Optional<T> requiredOneOf(T[] values, Function<T, String> wireName) {
        if (isAbsent()) {
            missing("one of " + Arrays.stream(values).map(wireName).collect(joining(", ")));
        }
        return oneOf(values, wireName);
    }

    /** Reports the part where it is there and has no business to be. */
    public void refuse(String why) {
        if (isPresent()) {
            report("conflict", why);
        }
    }

    /** Reports that the part is not there. */
    public void missing(String expected) {
        report("required", "missing (expected: %s)".formatted(expected));
    }

    /** Reports something wrong with the part. */
    public void report(String code, String message) {
        violations.add(new Violation(pointer, code, message));
    }

    /** The part as it stands, shortened. */
    public String shown() {
        String text = node.toString();
        return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN - 3) + "...";
    }
}
