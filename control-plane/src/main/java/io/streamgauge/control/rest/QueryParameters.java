package io.streamgauge.control.rest;

import io.helidon.common.uri.UriQuery;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.InvalidRequest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * The query parameters of one request, read strictly: an unknown name is an error, since a misspelt
 * filter would else answer with more than was asked for. Collects what is wrong; {@link #check}
 * throws it.
 */
public final class QueryParameters {

    private static final Pattern EPOCH_MILLIS = Pattern.compile("-?\\d{1,15}");

    /** Timestamps that PostgreSQL can compare and RFC 3339 can write. */
    private static final Instant EARLIEST = Instant.parse("1900-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private final Map<String, List<String>> values = new TreeMap<>();
    private final List<Violation> violations = new ArrayList<>();

    /**
     * @param known the names that the resource has
     */
    public QueryParameters(UriQuery query, String... known) {
        List<String> knownNames = List.of(known);
        for (String name : query.names()) {
            if (knownNames.contains(name)) {
                values.put(name, query.all(name));
            } else {
                violation(
                        name,
                        "unknown",
                        "not a parameter (expected: %s)".formatted(String.join(", ", knownNames)));
            }
        }
    }

    /** The values of a parameter that may be repeated. */
    public List<String> all(String name) {
        return values.getOrDefault(name, List.of());
    }

    /** The value of a parameter that may stand once; empty text counts as absent. */
    public Optional<String> one(String name) {
        List<String> all = all(name);
        if (all.size() > 1) {
            violation(name, "duplicate", "stands %d times (expected: once)".formatted(all.size()));
        }
        return all.stream().findFirst().filter(text -> !text.isEmpty());
    }

    /** A whole number within bounds. */
    public int integer(String name, int fallback, int least, int most) {
        Optional<String> text = one(name);
        if (text.isEmpty()) {
            return fallback;
        }
        int value;
        try {
            value = Integer.parseInt(text.get());
        } catch (NumberFormatException notANumber) {
            value = least - 1;
        }
        if (value < least || value > most) {
            violation(
                    name,
                    "range",
                    "%s (expected: %d to %d)".formatted(quote(text.get()), least, most));
            return fallback;
        }
        return value;
    }

    /** A point in time: RFC 3339, or milliseconds since the epoch. */
    public Optional<Instant> instant(String name) {
        return parsed(
                name,
                "an RFC 3339 timestamp, with a '+' written as %2B, or milliseconds since the epoch",
                QueryParameters::parseInstant);
    }

    /** A duration such as {@code 10s}. */
    public Optional<Duration> duration(String name) {
        return parsed(name, "a duration such as 10s or 1m", Durations::parse);
    }

    /** A number from 0 to 1. */
    public Optional<Double> fraction(String name) {
        return parsed(name, "0 to 1", QueryParameters::fractionOf);
    }

    private static Optional<Double> fractionOf(String text) {
        try {
            double value = Double.parseDouble(text);
            return value >= 0 && value <= 1 ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException notOne) {
            return Optional.empty();
        }
    }

    /** A value of another kind. */
    public <T> Optional<T> parsed(
            String name, String expectation, Function<String, Optional<T>> parser) {
        Optional<String> text = one(name);
        Optional<T> value = text.flatMap(parser);
        if (text.isPresent() && value.isEmpty()) {
            violation(
                    name, "format", "%s (expected: %s)".formatted(quote(text.get()), expectation));
        }
        return value;
    }

    /** Notes what is wrong with a parameter. */
    public void violation(String name, String code, String message) {
        violations.add(new Violation("?" + name, code, message));
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
    public static String quote(String text) {
        return '"' + (text.length() <= 80 ? text : text.substring(0, 77) + "...") + '"';
    }

    private static Optional<Instant> parseInstant(String text) {
        return EPOCH_MILLIS.matcher(text).matches()
                ? comparable(Instant.ofEpochMilli(Long.parseLong(text)))
                : parseTimestamp(text);
    }

    /** Reads what RFC 3339 writes; empty where the text is anything else. */
    static Optional<Instant> parseTimestamp(String text) {
        try {
            return comparable(
                    OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME).toInstant());
        } catch (DateTimeException notATimestamp) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> comparable(Instant instant) {
        return Optional.of(instant).filter(it -> !it.isBefore(EARLIEST) && !it.isAfter(LATEST));
    }
}
