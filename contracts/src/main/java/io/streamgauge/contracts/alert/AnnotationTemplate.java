package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.NearMisses;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.event.EventRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Text with placeholders, such as {@code CPU of {{ key.host }} is {{ value | round:1 }}}. There are
 * {@code value}, {@code reference}, {@code key.<dimension>}, {@code labels.<name>}, {@code name},
 * {@code severity}, {@code startedAt} and {@code steps.<step>.<field>} (of the step's first event);
 * and for numbers the formats {@code round:<digits>} and {@code percent:<digits>}, which takes 0.5
 * for 50 %.
 *
 * <p>Rendering never fails: what has no value becomes a dash, and what is too long is cut.
 * Immutable.
 */
public final class AnnotationTemplate {

    /** Longest text that comes of a template, in UTF-16 characters. */
    public static final int MAX_RENDERED_CHARACTERS = 2_048;

    /** Stands where a placeholder has no value. */
    public static final String MISSING = "—";

    private static final int MAX_DIGITS = 9;
    private static final Pattern PLACEHOLDER =
            Pattern.compile("\\{\\{\\s*([^{}|]*?)\\s*(?:\\|\\s*([^{}|]*?)\\s*)?}}");
    private static final Pattern FORMAT = Pattern.compile("(round|percent)(?::(\\d))?");

    /** Texts and placeholders in their order. */
    private final List<Part> parts;

    private AnnotationTemplate(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    private sealed interface Part {
        record Text(String text) implements Part {}

        record Value(Placeholder placeholder) implements Part {}
    }

    /**
     * What placeholders stand for.
     *
     * @param startedAt milliseconds since the epoch
     * @param key values of the alert's dimensions by name
     * @param steps events of a match by step
     */
    public record Context(
            String name,
            Severity severity,
            long startedAt,
            Map<String, String> labels,
            Map<String, String> key,
            OptionalDouble value,
            OptionalDouble reference,
            Map<String, List<EventRow>> steps) {}

    /**
     * Reads a template.
     *
     * @throws InvalidInputException with what is wrong with it; pointers are {@code #}
     */
    public static AnnotationTemplate parse(String text) throws InvalidInputException {
        List<Violation> violations = new ArrayList<>();
        List<Part> parts = new ArrayList<>();
        Matcher matcher = PLACEHOLDER.matcher(text);
        int end = 0;
        while (matcher.find()) {
            addText(text.substring(end, matcher.start()), parts, violations);
            placeholder(matcher.group(1), matcher.group(2), violations)
                    .ifPresent(it -> parts.add(new Part.Value(it)));
            end = matcher.end();
        }
        addText(text.substring(end), parts, violations);
        if (!violations.isEmpty()) {
            throw new InvalidInputException(violations);
        }
        return new AnnotationTemplate(parts);
    }

    /** Puts values in the placeholders' places. */
    public String render(Context context) {
        StringBuilder rendered = new StringBuilder();
        for (Part part : parts) {
            rendered.append(
                    switch (part) {
                        case Part.Text text -> text.text();
                        case Part.Value value -> value.placeholder().render(context);
                    });
            if (rendered.length() > MAX_RENDERED_CHARACTERS) {
                return cut(rendered);
            }
        }
        return rendered.toString();
    }

    /** The placeholders in their order. */
    List<Placeholder> placeholders() {
        List<Placeholder> placeholders = new ArrayList<>();
        for (Part part : parts) {
            if (part instanceof Part.Value value) {
                placeholders.add(value.placeholder());
            }
        }
        return placeholders;
    }

    private static String cut(StringBuilder text) {
        int end = MAX_RENDERED_CHARACTERS - 1;
        if (Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        return text.substring(0, end) + "…";
    }

    private static void addText(String text, List<Part> parts, List<Violation> violations) {
        if (text.contains("{{") || text.contains("}}")) {
            violations.add(
                    new Violation(
                            "#",
                            "syntax",
                            "braces without their others (expected: such as {{ value }})"));
        }
        if (!text.isEmpty()) {
            parts.add(new Part.Text(text));
        }
    }

    private static Optional<Placeholder> placeholder(
            String name, @Nullable String format, List<Violation> violations) {
        Optional<Placeholder.Format> read = format(format);
        if (read.isEmpty()) {
            violations.add(
                    new Violation(
                            "#",
                            "syntax",
                            "%s: no such format (expected: round:0 to round:%d, or percent)"
                                    .formatted(shown(String.valueOf(format)), MAX_DIGITS)));
            return Optional.empty();
        }
        String[] names = name.split("\\.", -1);
        int length =
                switch (names[0]) {
                    case Placeholder.KEY, Placeholder.LABELS -> 2;
                    case Placeholder.STEPS -> 3;
                    default -> Placeholder.PLAIN.contains(names[0]) ? 1 : -1;
                };
        List<String> path = List.of(names).subList(1, names.length);
        if (names.length != length || !path.stream().allMatch(AlertSpecReader::isFieldName)) {
            violations.add(new Violation("#", "placeholder", unknown(name)));
            return Optional.empty();
        }
        return Optional.of(new Placeholder(names[0], path, read.get()));
    }

    private static String unknown(String name) {
        TreeSet<String> known = new TreeSet<>(Placeholder.PLAIN);
        known.addAll(List.of("key.<dimension>", "labels.<name>", "steps.<step>.<field>"));
        return "%s: no such placeholder (expected: one of %s)%s"
                .formatted(shown(name), String.join(", ", known), NearMisses.hint(name, known));
    }

    private static Optional<Placeholder.Format> format(@Nullable String text) {
        if (text == null) {
            return Optional.of(Placeholder.Format.PLAIN);
        }
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        boolean isPercent = matcher.group(1).equals("percent");
        String digits = matcher.group(2);
        if (digits == null && !isPercent) {
            return Optional.of(new Placeholder.Format(false, 0));
        }
        return Optional.of(
                new Placeholder.Format(isPercent, digits == null ? 1 : Integer.parseInt(digits)));
    }

    private static String shown(String text) {
        return '"' + (text.length() <= 60 ? text : text.substring(0, 57) + "...") + '"';
    }
}
