package io.streamgauge.contracts.event;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.UnknownFields;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Decodes events of one stream and checks them against its schema. The gateway and the jobs use the
 * same decoder, so an event that one takes the other takes too.
 *
 * <p>Works on the token stream, without a tree: this runs for every event, twice. An instance is
 * immutable and may be shared between threads.
 */
public final class EventDecoder {

    /** Longest event, in bytes of JSON. */
    public static final int MAX_EVENT_BYTES = 64 * 1024;

    /** Longest value of a dimension, in UTF-16 characters: keys hold it many times over. */
    public static final int MAX_DIMENSION_CHARACTERS = 256;

    /**
     * Largest magnitude of a number. Squares and sums of such numbers stay finite, so no statistic
     * of them is ever infinite.
     */
    public static final double MAX_MAGNITUDE = 1e150;

    /** 0001-01-01 and 9999-12-31: what RFC 3339 can write. */
    private static final long MIN_TIMESTAMP = -62_135_596_800_000L;

    private static final long MAX_TIMESTAMP = 253_402_300_799_999L;

    private final Map<String, Integer> indexByName = new HashMap<>();
    private final Field[] fields;
    private final String[] names;
    private final int[] measureIndex;
    private final int[] dimensionOrder;
    private final int timestampIndex;
    private final int measures;
    private final boolean ignoreUnknown;

    /** A decoder for a stream's events. */
    public EventDecoder(StreamSpec spec) {
        fields = spec.fields().toArray(Field[]::new);
        names = spec.fields().stream().map(Field::name).toArray(String[]::new);
        measureIndex = new int[fields.length];
        int timestamp = -1;
        int measure = 0;
        List<Integer> dimensions = new ArrayList<>();
        for (int i = 0; i < fields.length; i++) {
            indexByName.put(names[i], i);
            switch (fields[i].role()) {
                case TIMESTAMP -> timestamp = i;
                case MEASURE -> measureIndex[i] = measure++;
                case DIMENSION -> dimensions.add(i);
                case ATTRIBUTE -> {}
            }
        }
        dimensions.sort(Comparator.comparing(i -> names[i]));
        dimensionOrder = dimensions.stream().mapToInt(Integer::intValue).toArray();
        timestampIndex = timestamp;
        measures = measure;
        ignoreUnknown = spec.unknownFields() == UnknownFields.IGNORE;
    }

    /**
     * Decodes one event.
     *
     * @param json UTF-8 JSON of one flat object, and nothing after it but white space
     * @throws InvalidInputException with everything that is wrong, where the text is JSON at all
     */
    public Event decode(byte[] json) throws InvalidInputException {
        return decode(json, 0, json.length);
    }

    /** As {@link #decode(byte[])}, for a part of an array. */
    public Event decode(byte[] json, int offset, int length) throws InvalidInputException {
        return decode(json, offset, length, null).event();
    }

    /**
     * Decodes one event with all of its fields. Takes what {@link #decode(byte[])} takes, and
     * refuses the rest with the same words.
     *
     * @param json as for {@code decode}; becomes part of the row, and must not be changed after
     * @throws InvalidInputException with everything that is wrong, where the text is JSON at all
     */
    public EventRow decodeRow(byte[] json) throws InvalidInputException {
        @Nullable Object[] values = new @Nullable Object[fields.length];
        Decoding decoding = decode(json, 0, json.length, values);
        return new EventRow(indexByName, values, decoding.timestamp, json);
    }

    private Decoding decode(byte[] json, int offset, int length, @Nullable Object @Nullable [] row)
            throws InvalidInputException {
        if (length > MAX_EVENT_BYTES) {
            throw invalid(
                    "#",
                    "range",
                    "%d bytes (expected: at most %d)".formatted(length, MAX_EVENT_BYTES));
        }
        try (JsonParser parser = Json.factory().createParser(json, offset, length)) {
            Decoding decoding = new Decoding(parser, row);
            decoding.read();
            return decoding;
        } catch (StreamConstraintsException e) {
            throw invalid(
                    "#", "range", "too deep or too long (expected: %s)".formatted(Json.LIMITS));
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation();
            throw invalid(
                    "#",
                    "syntax",
                    "not JSON at column %d: %s"
                            .formatted(
                                    location == null ? 1 : location.getColumnNr(),
                                    e.getOriginalMessage()));
        } catch (IOException e) {
            // Malformed UTF-8 comes as a bare IOException; there is no input but the array.
            throw invalid("#", "syntax", "not JSON: " + e.getMessage());
        }
    }

    private static InvalidInputException invalid(String pointer, String code, String message) {
        return new InvalidInputException(List.of(new Violation(pointer, code, message)));
    }

    /** The work on one event. */
    private final class Decoding {

        private final JsonParser parser;
        private final @Nullable String[] dimensionValues = new @Nullable String[fields.length];
        private final double[] measureValues = new double[measures];
        private long timestamp = Event.NO_TIMESTAMP;

        /**
         * One bit a field; {@link io.streamgauge.contracts.stream.StreamSpecReader#MAX_FIELDS} is
         * 64.
         */
        private long seen;

        private long present;

        /** Takes all values where they are asked for. */
        private final @Nullable Object @Nullable [] row;

        private @Nullable List<Violation> violations;

        Decoding(JsonParser parser, @Nullable Object @Nullable [] row) {
            this.parser = parser;
            this.row = row;
            Arrays.fill(measureValues, Double.NaN);
        }

        void read() throws IOException, InvalidInputException {
            JsonToken first = parser.nextToken();
            if (first != JsonToken.START_OBJECT) {
                throw invalid(
                        "#",
                        "type",
                        first == null
                                ? "empty (expected: a JSON object)"
                                : "expected: a JSON object");
            }
            for (String name = parser.nextFieldName();
                    name != null;
                    name = parser.nextFieldName()) {
                Integer index = indexByName.get(name);
                JsonToken token = parser.nextToken();
                if (index != null) {
                    known(index, token);
                } else {
                    unknown(name);
                }
            }
            if (parser.nextToken() != null) {
                throw invalid("#", "syntax", "text after the event (expected: one JSON object)");
            }
            checkRequired();
            if (violations != null) {
                throw new InvalidInputException(violations);
            }
        }

        Event event() {
            return new Event(timestamp, dimensions(), measureValues);
        }

        private void keep(int index, Object value) {
            if (row != null) {
                row[index] = value;
            }
        }

        private void known(int index, JsonToken token) throws IOException {
            long bit = 1L << index;
            if ((seen & bit) != 0) {
                violation(index, "duplicate", "stands twice");
                parser.skipChildren();
                return;
            }
            seen |= bit;
            if (token == JsonToken.VALUE_NULL) {
                return;
            }
            present |= bit;
            switch (fields[index].type()) {
                case NUMBER -> number(index, token);
                case STRING -> string(index, token);
                case BOOLEAN -> bool(index, token);
                case TIMESTAMP -> timestamp(index, token);
            }
        }

        private void unknown(String name) throws IOException {
            parser.skipChildren();
            if (!ignoreUnknown) {
                String shown = name.length() <= 63 ? name : name.substring(0, 60) + "...";
                violation(
                        "#/" + shown.replace("~", "~0").replace("/", "~1"),
                        "unknown",
                        "not a field of the stream");
            }
        }

        private void number(int index, JsonToken token) throws IOException {
            if (!token.isNumeric()) {
                typeViolation(index, token);
                return;
            }
            double value = parser.getDoubleValue();
            if (!(Math.abs(value) <= MAX_MAGNITUDE)) {
                violation(
                        index,
                        "range",
                        "%s (expected: within ±%s)"
                                .formatted(shown(parser.getText()), MAX_MAGNITUDE));
                return;
            }
            if (row != null) {
                row[index] = value;
            }
            if (fields[index].role() == FieldRole.MEASURE) {
                measureValues[measureIndex[index]] = value;
            } else if (fields[index].role() == FieldRole.DIMENSION) {
                dimensionValues[index] = canonical(value);
            }
        }

        private void string(int index, JsonToken token) throws IOException {
            if (token != JsonToken.VALUE_STRING) {
                typeViolation(index, token);
            } else if (fields[index].role() == FieldRole.DIMENSION) {
                String text = parser.getText();
                if (text.isEmpty() || text.length() > MAX_DIMENSION_CHARACTERS) {
                    violation(
                            index,
                            "range",
                            "%d characters (expected: 1 to %d)"
                                    .formatted(text.length(), MAX_DIMENSION_CHARACTERS));
                } else if (!isPrintable(text)) {
                    violation(
                            index,
                            "format",
                            "has control characters or broken surrogates (expected: printable"
                                    + " text)");
                } else {
                    dimensionValues[index] = text;
                    keep(index, text);
                }
            } else if (row != null) {
                row[index] = parser.getText();
            }
        }

        private void bool(int index, JsonToken token) throws IOException {
            if (!token.isBoolean()) {
                typeViolation(index, token);
                return;
            }
            keep(index, token == JsonToken.VALUE_TRUE);
            if (fields[index].role() == FieldRole.DIMENSION) {
                dimensionValues[index] = token == JsonToken.VALUE_TRUE ? "true" : "false";
            }
        }

        private void timestamp(int index, JsonToken token) throws IOException {
            OptionalLong millis = OptionalLong.empty();
            if (token == JsonToken.VALUE_STRING) {
                millis = Timestamps.parse(parser.getText());
            } else if (token == JsonToken.VALUE_NUMBER_INT
                    && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
                millis = OptionalLong.of(parser.getLongValue());
            }
            if (millis.isEmpty()) {
                String text = token.isScalarValue() ? shown(parser.getText()) : "a structure";
                violation(
                        index,
                        "format",
                        "%s (expected: an RFC 3339 timestamp, or integer milliseconds since the epoch)"
                                .formatted(text));
                parser.skipChildren();
            } else if (millis.getAsLong() < MIN_TIMESTAMP || millis.getAsLong() > MAX_TIMESTAMP) {
                violation(
                        index,
                        "range",
                        "%d (expected: milliseconds since the epoch, years 1 to 9999)"
                                .formatted(millis.getAsLong()));
            } else {
                if (row != null) {
                    row[index] = Instant.ofEpochMilli(millis.getAsLong());
                }
                if (index == timestampIndex) {
                    timestamp = millis.getAsLong();
                }
            }
        }

        private void checkRequired() {
            for (int i = 0; i < fields.length; i++) {
                if (fields[i].required() && (present & (1L << i)) == 0) {
                    violation(
                            i,
                            "required",
                            "missing (expected: a %s)".formatted(fields[i].type().wireName()));
                }
            }
        }

        private void typeViolation(int index, JsonToken token) throws IOException {
            String text = token.isScalarValue() ? shown(parser.getText()) : "a structure";
            violation(
                    index,
                    "type",
                    "%s (expected: a %s)".formatted(text, fields[index].type().wireName()));
            parser.skipChildren();
        }

        private String dimensions() {
            StringBuilder text = new StringBuilder(64).append('{');
            for (int index : dimensionOrder) {
                String value = dimensionValues[index];
                if (value != null) {
                    if (text.length() > 1) {
                        text.append(',');
                    }
                    text.append('"').append(names[index]).append("\":");
                    appendQuoted(text, value);
                }
            }
            return text.append('}').toString();
        }

        private void violation(int index, String code, String message) {
            violation("#/" + names[index], code, message);
        }

        private void violation(String pointer, String code, String message) {
            if (violations == null) {
                violations = new ArrayList<>();
            }
            violations.add(new Violation(pointer, code, message));
        }
    }

    /** Text of a number as a dimension: 200 and 200.0 are one value. */
    static String canonical(double value) {
        long whole = (long) value;
        return whole == value ? Long.toString(whole) : Double.toString(value);
    }

    private static boolean isPrintable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == 0x7F) {
                return false;
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    /**
     * Appends a JSON string. The text is printable, so quote and backslash are all there is to
     * escape.
     */
    static void appendQuoted(StringBuilder target, String text) {
        target.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                target.append('\\');
            }
            target.append(c);
        }
        target.append('"');
    }

    private static String shown(String text) {
        return '"' + (text.length() <= 80 ? text : text.substring(0, 77) + "...") + '"';
    }
}
