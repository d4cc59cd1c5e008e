package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
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
 * What the messages about alerts have in common: reads members, and stops at the first that is not
 * what it should be, since what is wrong in a message is a mistake of a program.
 */
final class Wire {

    private final JsonNode json;
    private final String pointer;

    private Wire(JsonNode json, String pointer) {
        this.json = json;
        this.pointer = pointer;
    }

    static Wire of(byte[] bytes) throws InvalidInputException {
        JsonNode json;
        try {
            json = Json.mapper().readTree(bytes);
        } catch (IOException e) {
            throw new InvalidInputException(List.of(new Violation("#", "syntax", "not JSON")));
        }
        if (!json.isObject()) {
            throw new InvalidInputException(
                    List.of(new Violation("#", "type", "expected: a JSON object")));
        }
        return new Wire(json, "#");
    }

    static byte[] bytes(JsonNode json) {
        try {
            return Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }

    static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }

    JsonNode node() {
        return json;
    }

    Input input() {
        return new Input(json, pointer, new ArrayList<>());
    }

    Wire at(String name) {
        return new Wire(json.path(name), pointer + "/" + name);
    }

    boolean isPresent() {
        return !json.isMissingNode() && !json.isNull();
    }

    <T> Optional<T> optional(Reader<T> reader) throws InvalidInputException {
        return isPresent() ? Optional.of(reader.read(this)) : Optional.empty();
    }

    /** A read that may fail. */
    interface Reader<T> {
        T read(Wire wire) throws InvalidInputException;
    }

    List<Wire> elements() throws InvalidInputException {
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

    String text() throws InvalidInputException {
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

    long atLeast(long least) throws InvalidInputException {
        long number = number();
        if (number < least) {
            throw wrong("an integer >= " + least);
        }
        return number;
    }

    int integer() throws InvalidInputException {
        long number = atLeast(0);
        if (number > Integer.MAX_VALUE) {
            throw wrong("an integer <= " + Integer.MAX_VALUE);
        }
        return (int) number;
    }

    double decimal() throws InvalidInputException {
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

    Instant instant() throws InvalidInputException {
        try {
            return Instant.parse(text());
        } catch (DateTimeException e) {
            throw wrong("an RFC 3339 timestamp");
        }
    }

    long millis() throws InvalidInputException {
        try {
            return instant().toEpochMilli();
        } catch (ArithmeticException e) {
            throw wrong("a timestamp within 64 bits of milliseconds");
        }
    }

    UUID uuid() throws InvalidInputException {
        return AlertId.parse(text()).orElseThrow(() -> wrong("a UUID")).value();
    }

    AlertId alert() throws InvalidInputException {
        return new AlertId(uuid());
    }

    StreamId stream() throws InvalidInputException {
        return new StreamId(uuid());
    }

    TenantId tenant() throws InvalidInputException {
        String text = text();
        if (!TenantId.isValid(text)) {
            throw wrong("a tenant id");
        }
        return new TenantId(text);
    }

    <T> T oneOf(T[] values, Function<T, String> wireName) throws InvalidInputException {
        String text = text();
        for (T value : values) {
            if (wireName.apply(value).equals(text)) {
                return value;
            }
        }
        throw wrong("one of " + String.join(", ", List.of(values).stream().map(wireName).toList()));
    }

    SortedMap<String, String> texts() throws InvalidInputException {
        SortedMap<String, String> texts = new TreeMap<>();
        for (String name : names()) {
            texts.put(name, at(name).text());
        }
        return texts;
    }

    InvalidInputException wrong(String expected) {
        return new InvalidInputException(
                List.of(
                        new Violation(
                                pointer,
                                isPresent() ? "format" : "required",
                                "expected: " + expected)));
    }
}
