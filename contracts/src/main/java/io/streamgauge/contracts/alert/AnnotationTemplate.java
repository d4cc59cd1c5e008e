package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.event.EventRow;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Text with placeholders, such as {@code CPU of {{ key.host }} is {{ value | round:1 }}}. Rendering
 * never fails: what has no value becomes a dash. Immutable.
 */
public final class AnnotationTemplate {

    private final String text;

    private AnnotationTemplate(String text) {
        this.text = text;
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
        return new AnnotationTemplate(text);
    }

    /** Puts values in the placeholders' places. */
    public String render(Context context) {
        return text;
    }
}
