package io.streamgauge.contracts.stream;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.document.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads a stream's specification from JSON and reports everything that is wrong with it, each with
 * a pointer. The bounds below keep what one stream can cost finite; they are part of the API's
 * documentation.
 */
public final class StreamSpecReader {

    public static final int MAX_FIELDS = 64;
    public static final int MAX_DIMENSIONS = 16;
    public static final int MAX_MEASURES = 32;
    public static final int MAX_WINDOWS = 8;
    public static final int MAX_DESCRIPTION_CHARACTERS = 1_000;
    public static final Duration MIN_WINDOW = Duration.ofSeconds(1);
    public static final Duration MAX_WINDOW = Duration.ofHours(1);
    public static final Duration MAX_OUT_OF_ORDERNESS = Duration.ofMinutes(10);
    public static final Duration MAX_ALLOWED_LATENESS = Duration.ofHours(24);

    /**
     * How many windows of the smallest size allowed lateness may keep open for a series: each is
     * state that a job must hold.
     */
    public static final int MAX_WINDOWS_KEPT_FOR_LATENESS = 3_600;

    private static final Pattern STREAM_NAME = Pattern.compile("[a-z][a-z0-9]*(?:-[a-z0-9]+)*");
    private static final String NAME_FORM =
            "1 to 63 lower-case letters, digits and single inner hyphens, a letter first, and not a"
                    + " UUID";
    private static final Duration DEFAULT_ALLOWED_LATENESS = Duration.ofMinutes(1);
    private static final List<Duration> DEFAULT_WINDOWS =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(10), Duration.ofMinutes(1));
    private static final Set<String> PROPERTIES =
            Set.of(
                    "name",
                    "description",
                    "fields",
                    "windows",
                    "outOfOrderness",
                    "allowedLateness",
                    "earlyResults",
                    "unknownFields");

    /**
     * What the server adds to a definition; a client that sends back what it got may include it.
     */
    private static final Set<String> SERVER_PROPERTIES =
            Set.of("id", "tenant", "version", "createdAt", "updatedAt");

    private StreamSpecReader() {}

    /**
     * Reads a specification. Properties that the server sets are ignored; unknown ones are refused.
     *
     * @throws InvalidInputException with all violations
     */
    public static StreamSpec read(JsonNode json) throws InvalidInputException {
        List<Violation> violations = new ArrayList<>();
        Input document = new Input(json, "#", violations);
        if (document.isObject("a JSON object")) {
            StreamSpec spec = spec(document);
            if (violations.isEmpty()) {
                return spec;
            }
        }
        throw new InvalidInputException(violations);
    }

    /** Whether a text can be a stream's name. A name never looks like an id: paths take either. */
    public static boolean isName(String text) {
        return text.length() <= 63
                && STREAM_NAME.matcher(text).matches()
                && StreamId.parse(text).isEmpty();
    }

    private static StreamSpec spec(Input document) {
        document.refuseUnknown(PROPERTIES, SERVER_PROPERTIES);
        List<Duration> windows = windows(document.at("windows"));
        return new StreamSpec(
                document.at("name").required(StreamSpecReader::isName, NAME_FORM).orElse(""),
                document.at("description").text(MAX_DESCRIPTION_CHARACTERS).orElse(""),
                FieldReader.fields(document.at("fields")),
                windows,
                document.at("outOfOrderness")
                        .duration(Duration.ZERO, MAX_OUT_OF_ORDERNESS)
                        .orElse(Duration.ZERO),
                allowedLateness(document.at("allowedLateness"), windows),
                document.at("earlyResults").bool(true),
                document.at("unknownFields")
                        .oneOf(UnknownFields.values(), UnknownFields::wireName)
                        .orElse(UnknownFields.REJECT));
    }

    private static Duration allowedLateness(Input input, List<Duration> windows) {
        Duration lateness =
                input.duration(Duration.ZERO, MAX_ALLOWED_LATENESS)
                        .orElse(DEFAULT_ALLOWED_LATENESS);
        if (!windows.isEmpty()
                && lateness.dividedBy(windows.getFirst()) > MAX_WINDOWS_KEPT_FOR_LATENESS) {
            input.report(
                    "range",
                    "%s (expected: at most %d times the smallest window, %s)"
                            .formatted(
                                    Durations.format(lateness),
                                    MAX_WINDOWS_KEPT_FOR_LATENESS,
                                    Durations.format(
                                            windows.getFirst()
                                                    .multipliedBy(MAX_WINDOWS_KEPT_FOR_LATENESS))));
        }
        return lateness;
    }

    private static List<Duration> windows(Input input) {
        if (input.isAbsent()) {
            return DEFAULT_WINDOWS;
        }
        if (!input.isArray(1, MAX_WINDOWS, "durations")) {
            return List.of();
        }
        List<Duration> windows = new ArrayList<>();
        Set<Duration> seen = new HashSet<>();
        for (Input element : input.elements()) {
            Optional<Duration> window = element.requiredDuration(MIN_WINDOW, MAX_WINDOW);
            if (window.isEmpty()) {
                continue;
            }
            Duration size = window.get();
            if (size.toMillis() % 1_000 != 0) {
                element.report(
                        "range",
                        "%s (expected: whole seconds, 1s to 1h)".formatted(Durations.format(size)));
            } else if (!seen.add(size)) {
                element.report("duplicate", "%s stands twice".formatted(Durations.format(size)));
            } else {
                windows.add(size);
            }
        }
        windows.sort(null);
        return windows;
    }
}
