package io.streamgauge.control.silence;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonProperties;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a tenant says of a silence.
 *
 * @param matchers which all have to match; at least one that does not match everything
 * @param from inclusive
 * @param to exclusive
 * @param reason for people
 */
record SilenceSpec(List<Matcher> matchers, Instant from, Instant to, String reason) {

    private static final int MAX_REASON_CHARACTERS = 1_000;
    private static final Set<String> KNOWN = Set.of("matchers", "from", "to", "for", "reason");
    private static final Set<String> SET_BY_SERVER =
            Set.of("id", "tenant", "createdBy", "version", "createdAt", "updatedAt", "state");

    SilenceSpec {
        matchers = List.copyOf(matchers);
    }

    /**
     * Reads a request. It says when the silence ends, or for how long it is.
     *
     * @param now when it begins by default
     * @throws InvalidRequest with everything that is wrong
     */
    static SilenceSpec of(JsonNode json, Instant now) {
        JsonProperties properties = new JsonProperties(json, KNOWN, SET_BY_SERVER);
        List<Matcher> matchers = MatcherReader.read(properties);
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
        Optional<String> reason = properties.requiredText("reason", MAX_REASON_CHARACTERS);
        properties.check();
        return new SilenceSpec(matchers, from, to, reason.orElseThrow());
    }
}
