package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.detection.Exclusion;
import io.streamgauge.contracts.detection.SeriesScope;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonProperties;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a tenant says of a time that is left out.
 *
 * @param from inclusive
 * @param to exclusive
 * @param series that it is about
 * @param reason for people; may be empty
 */
record ExclusionSpec(Instant from, Instant to, SeriesScope series, String reason) {

    private static final Set<String> KNOWN = Set.of("from", "to", "for", "where", "reason");
    private static final Set<String> SET_BY_SERVER = Set.of("id", "createdAt", "createdBy");

    /**
     * Reads a request. It says when the time ends, or how long it is.
     *
     * @param now when it begins by default
     * @throws InvalidRequest with everything that is wrong
     */
    static ExclusionSpec of(JsonNode json, StreamDefinition stream, Instant now) {
        JsonProperties properties = new JsonProperties(json, KNOWN, SET_BY_SERVER);
        Instant from = properties.instant("from").orElse(now).truncatedTo(ChronoUnit.MICROS);
        Optional<Duration> length = properties.duration("for");
        Optional<Instant> end = properties.instant("to");
        if (properties.has("to") == properties.has("for")) {
            properties.violation(
                    "to",
                    properties.has("to") ? "duplicate" : "required",
                    "expected: either to, a time, or for, a duration");
        }
        Instant to =
                end.or(() -> length.map(from::plus)).orElse(from).truncatedTo(ChronoUnit.MICROS);
        if ((end.isPresent() || length.isPresent()) && !from.isBefore(to)) {
            properties.violation("to", "range", "%s (expected: after %s)".formatted(to, from));
        }
        SeriesScope series = Scopes.read(properties.get("where"), "where", stream, properties);
        Optional<String> reason = properties.text("reason", Exclusion.MAX_REASON_CHARACTERS);
        properties.check();
        return new ExclusionSpec(from, to, series, reason.orElse(""));
    }

    Exclusion withId(UUID id) {
        return new Exclusion(id, from, to, series, reason);
    }
}
