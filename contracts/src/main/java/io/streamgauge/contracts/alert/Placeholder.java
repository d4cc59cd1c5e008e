package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.event.EventRow;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a value in a template.
 *
 * @param source of what
 * @param path the names after the source: none, one, or a step and a field
 */
record Placeholder(String source, List<String> path, Format format) {

    /** Those that have no path. */
    static final Set<String> PLAIN = Set.of("value", "reference", "name", "severity", "startedAt");

    static final String KEY = "key";
    static final String LABELS = "labels";
    static final String STEPS = "steps";

    /**
     * How a number is written.
     *
     * @param percent whether 0.5 is 50 %
     * @param digits after the point; as many as it has where negative
     */
    record Format(boolean percent, int digits) {

        static final Format PLAIN = new Format(false, -1);

        String text(double value) {
            if (!Double.isFinite(value)) {
                return AnnotationTemplate.MISSING;
            }
            if (digits < 0) {
                return EventRow.text(value);
            }
            BigDecimal number = BigDecimal.valueOf(value);
            BigDecimal scaled = percent ? number.movePointRight(2) : number;
            String text = scaled.setScale(digits, RoundingMode.HALF_UP).toPlainString();
            return percent ? text + " %" : text;
        }
    }

    /** As it is written, without braces and format. */
    String shown() {
        return path.isEmpty() ? source : source + "." + String.join(".", path);
    }

    String render(AnnotationTemplate.Context context) {
        return switch (source) {
            case "value" -> number(context.value());
            case "reference" -> number(context.reference());
            case "name" -> context.name();
            case "severity" -> context.severity().wireName();
            case "startedAt" -> time(context.startedAt());
            case KEY -> text(context.key().get(path.getFirst()));
            case LABELS -> text(context.labels().get(path.getFirst()));
            default -> step(context.steps());
        };
    }

    private String step(Map<String, List<EventRow>> steps) {
        List<EventRow> events = steps.getOrDefault(path.getFirst(), List.of());
        return events.isEmpty()
                ? AnnotationTemplate.MISSING
                : text(events.getFirst().get(path.getLast()));
    }

    private String text(@Nullable Object value) {
        return switch (value) {
            case null -> AnnotationTemplate.MISSING;
            case Double number -> format.text(number);
            case Object other -> other.toString();
        };
    }

    private String number(OptionalDouble value) {
        return value.isPresent() ? format.text(value.getAsDouble()) : AnnotationTemplate.MISSING;
    }

    private static String time(long millis) {
        try {
            return Instant.ofEpochMilli(millis).toString();
        } catch (DateTimeException e) {
            return AnnotationTemplate.MISSING;
        }
    }
}
