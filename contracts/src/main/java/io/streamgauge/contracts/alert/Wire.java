package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.document.Input;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * What messages have in common, those about alerts and those about detection: reads members, and
 * stops at the first that is not what it should be, since what is wrong in a message is a mistake
 * of a program.
 */
public final class Wire {

    private final JsonNode json;
    private final String pointer;

    private Wire(JsonNode json, String pointer) {
        this.json = json;
        this.pointer = pointer;
    }

    /** A message, which must be a JSON object. */
    public static Wire of(byte[] bytes) throws InvalidInputException {
        return of(bytes, Json.mapper());
    }

    /** A message, which must be a JSON object, within the limits of a mapper. */
    public static Wire of(byte[] bytes, ObjectMapper mapper) throws InvalidInputException {
        JsonNode json;
        try {
            json = mapper.readTree(bytes);
        } catch (IOException e) {
            throw new InvalidInputException(List.of(new Violation("#", "syntax", "not JSON")));
        }
        if (!json.isObject()) {
            throw new InvalidInputException(
                    List.of(new Violation("#", "type", "expected: a JSON object")));
        }
        return new Wire(json, "#");
    }

    /** A message as UTF-8 JSON. */
    public static byte[] bytes(JsonNode json) {
        try {
            return Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }

    /** A time as messages have it: RFC 3339. */
    public static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    JsonNode node() {
        return json;
    }

    Input input() {
        return new Input(json, pointer, new ArrayList<>());
    }

    /** A member; reading it fails where it is not there. */
    public Wire at(String name) {
        return new Wire(json.path(name), pointer + "/" + name);
    }

    /** Whether it is there, and not null. */
    public boolean isPresent() {
        return !json.isMissingNode() && !json.isNull();
    }

    /** What a reader makes of it, where it is there. */
    public <T> Optional<T> optional(Reader<T> reader) throws InvalidInputException {
        return isPresent() ? Optional.of(reader.read(this)) : Optional.empty();
    }

    /**
     * A read that may fail.
     *
     * @param <T> what is read
     */
    public interface Reader<T> {
        /** Reads it. */
        T read(Wire wire) throws InvalidInputException;
    }

    /** The elements of an array. */
    public List<Wire> elements() throws InvalidInputException {
        if (!json.isArray()) {
            throw wrong("an array");
        }
        List<Wire> elements = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            elements.add(new Wire(json.get(i), pointer + "/" + i));
        }
        return elements;
    }

    /** Names of an object's members, in their order. */
    List<String> names() throws InvalidInputException {
        if (!json.isObject()) {
            throw wrong("an object");
        }
        List<String> names = new ArrayList<>();
        json.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** A string. */
    public String text() throws InvalidInputException {
        if (!json.isTextual()) {
            throw wrong("a string");
        }
        return json.textValue();
    }

    long number() throws InvalidInputException {
        if (!json.isIntegralNumber() || !json.canConvertToLong()) {
            throw wrong("an integer");
        }
        return json.longValue();
    }

    /** An integer that is no less. */
    public long atLeast(long least) throws InvalidInputException {
        long number = number();
        if (number < least) {
            throw wrong("an integer >= " + least);
        }
        return number;
    }

    /** An integer from 0 on. */
    public int integer() throws InvalidInputException {
        long number = atLeast(0);
        if (number > Integer.MAX_VALUE) {
            throw wrong("an integer <= " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    /** A number. */
    public double decimal() throws InvalidInputException {
        if (!json.isNumber()) {
            throw wrong("a number");
        }
        return json.doubleValue();
    }

    boolean bool() throws InvalidInputException {
        if (!json.isBoolean()) {
            throw wrong("true or false");
        }
        return json.booleanValue();
    }

    /** An RFC 3339 timestamp. */
    public Instant instant() throws InvalidInputException {
        try {
            return Instant.parse(text());
        } catch (DateTimeException e) {
            throw wrong("an RFC 3339 timestamp");
        }
    }

    /** A timestamp, in milliseconds since the epoch. */
    public long millis() throws InvalidInputException {
        try {
            return instant().toEpochMilli();
        } catch (ArithmeticException e) {
            throw wrong("a timestamp within 64 bits of milliseconds");
        }
    }

    /** A UUID. */
    public UUID uuid() throws InvalidInputException {
        return AlertId.parse(text()).orElseThrow(() -> wrong("a UUID")).value();
    }

    AlertId alert() throws InvalidInputException {
        return new AlertId(uuid());
    }

    /** A stream's id. */
    public StreamId stream() throws InvalidInputException {
        return new StreamId(uuid());
    }

    /** A tenant's id. */
    public TenantId tenant() throws InvalidInputException {
        String text = text();
        if (!TenantId.isValid(text)) {
            throw wrong("a tenant id");
        }
        return new TenantId(text);
    }

    /** One of some values, by its name. */
    public <T> T oneOf(T[] values, Function<T, String> wireName) throws InvalidInputException {
        String text = text();
        for (T value : values) {
            if (wireName.apply(value).equals(text)) {
                return value;
            }
        }
        throw wrong("one of " + String.join(", ", List.of(values).stream().map(wireName).toList()));
    }

    /** An object of strings. */
    public SortedMap<String, String> texts() throws InvalidInputException {
        SortedMap<String, String> texts = new TreeMap<>();
        for (String name : names()) {
            texts.put(name, at(name).text());
        }
        return texts;
    }

    /** Says that it is not what was expected. */
    public InvalidInputException wrong(String expected) {
        return new InvalidInputException(
                List.of(
                        new Violation(
                                pointer,
                                isPresent() ? "format" : "required",
                                "expected: " + expected)));
    }
}
