package io.streamgauge.control.backtest;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonProperties;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be judged by what.
 *
 * @param alert a text names one that exists, an object is a specification
 * @param version of one that exists; the active one where empty
 * @param events that are to be judged; those of the stream in the log where empty
 */
record BacktestRequest(
        JsonNode alert,
        Optional<Long> version,
        Optional<Instant> from,
        Optional<Instant> to,
        Optional<List<JsonNode>> events) {

    /** Events that a request has at the most; the body is bounded as well. */
    static final int MAX_EVENTS = 10_000;

    private static final Set<String> KNOWN = Set.of("alert", "version", "from", "to", "events");

    /**
     * Reads a request.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    static BacktestRequest of(JsonNode json) {
        JsonProperties properties = new JsonProperties(json, KNOWN, Set.of());
        JsonNode alert = properties.get("alert");
        if (!alert.isTextual() && !alert.isObject()) {
            properties.violation(
                    "alert",
                    alert.isMissingNode() ? "required" : "type",
                    "expected: the id or name of an alert, or a specification");
        }
        Optional<Long> version = version(properties, alert);
        Optional<Instant> from = properties.instant("from");
        Optional<Instant> to = properties.instant("to");
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            properties.violation(
                    "to", "range", "%s (expected: after from, %s)".formatted(to.get(), from.get()));
        }
        Optional<List<JsonNode>> events = events(properties);
        properties.check();
        return new BacktestRequest(alert, version, from, to, events);
    }

    private static Optional<Long> version(JsonProperties properties, JsonNode alert) {
        JsonNode version = properties.get("version");
        if (version.isMissingNode()) {
            return Optional.empty();
        }
        if (!version.canConvertToLong() || version.longValue() < 1 || !alert.isTextual()) {
            properties.violation(
                    "version",
                    "range",
                    "%s (expected: a version of the alert that is named)"
                            .formatted(JsonProperties.shown(version)));
        }
        return Optional.of(version.longValue());
    }

    private static Optional<List<JsonNode>> events(JsonProperties properties) {
        JsonNode array = properties.get("events");
        if (array.isMissingNode()) {
            return Optional.empty();
        }
        if (!array.isArray() || array.isEmpty() || array.size() > MAX_EVENTS) {
            properties.violation(
                    "events",
                    array.isArray() ? "range" : "type",
                    "expected: an array of 1 to %d events".formatted(MAX_EVENTS));
            return Optional.empty();
        }
        List<JsonNode> events = new ArrayList<>();
        array.forEach(events::add);
        return Optional.of(events);
    }
}
