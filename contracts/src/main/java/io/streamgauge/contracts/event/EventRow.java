package io.streamgauge.contracts.event;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A valid event with the values of all its fields; what conditions see. {@link EventDecoder} makes
 * it. Immutable, but for the bytes, which nobody may change; may be shared between threads. To
 * store a row is to store its {@link #json()}.
 */
public final class EventRow {

    /** Of the decoder, which all rows of a stream share. */
    private final Map<String, Integer> indexByName;

    private final @Nullable Object[] values;
    private final long timestamp;
    private final byte[] json;

    EventRow(
            Map<String, Integer> indexByName,
            @Nullable Object[] values,
            long timestamp,
            byte[] json) {
        this.indexByName = indexByName;
        this.values = values;
        this.timestamp = timestamp;
        this.json = json;
    }

    /** When it happened, in milliseconds since the epoch, or {@link Event#NO_TIMESTAMP}. */
    public long timestamp() {
        return timestamp;
    }

    /**
     * Value of a field: a {@link Double}, {@link String}, {@link Boolean} or {@link Instant} by its
     * type; null where the event has none, and where there is no such field.
     */
    public @Nullable Object get(String field) {
        Integer index = indexByName.get(field);
        return index == null ? null : values[index];
    }

    /** Value of a number field, NaN where {@link #get} has none. */
    public double measure(String field) {
        return get(field) instanceof Double number ? number : Double.NaN;
    }

    /**
     * Value of a dimension as in {@link SeriesKey#dimensionValues()}: 200 and 200.0 are the same
     * text. Null where {@link #get} has none.
     */
    public @Nullable String dimension(String field) {
        return switch (get(field)) {
            case null -> null;
            case Double number -> text(number);
            case Object value -> value.toString();
        };
    }

    /** Text of a number where it is a dimension: 200 and 200.0 are the same. */
    public static String text(double number) {
        return EventDecoder.canonical(number);
    }

    /**
     * Values of some dimensions as a JSON object of strings with its names in order, like {@link
     * SeriesKey#dimensions()}: equal combinations have equal text. Those that the event has no
     * value of are left out.
     *
     * @param groupBy names of dimensions, in any order
     */
    public String key(List<String> groupBy) {
        if (groupBy.isEmpty()) {
            return "{}";
        }
        StringBuilder text = new StringBuilder(64).append('{');
        for (String name : groupBy.stream().sorted().toList()) {
            String value = dimension(name);
            if (value != null) {
                if (text.length() > 1) {
                    text.append(',');
                }
                text.append('"').append(name).append("\":");
                EventDecoder.appendQuoted(text, value);
            }
        }
        return text.append('}').toString();
    }

    /** The JSON that the event came as. Not a copy. */
    public byte[] json() {
        return json;
    }
}
