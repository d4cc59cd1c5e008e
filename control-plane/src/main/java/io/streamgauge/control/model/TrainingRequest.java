package io.streamgauge.control.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonProperties;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * What is to be trained.
 *
 * @param stream its id or name
 * @param from of the windows that are learned from
 * @param to end of these, exclusive
 * @param force whether the model becomes active in spite of an objection
 */
record TrainingRequest(String stream, Optional<Instant> from, Optional<Instant> to, boolean force) {

    private static final int MAX_STREAM_CHARACTERS = 100;
    private static final Set<String> KNOWN = Set.of("stream", "from", "to", "force");

    /**
     * Reads a request.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    static TrainingRequest of(JsonNode json) {
        JsonProperties properties = new JsonProperties(json, KNOWN, Set.of());
        Optional<String> stream = properties.requiredText("stream", MAX_STREAM_CHARACTERS);
        Optional<Instant> from =
                properties.instant("from").map(it -> it.truncatedTo(ChronoUnit.MICROS));
        Optional<Instant> to =
                properties.instant("to").map(it -> it.truncatedTo(ChronoUnit.MICROS));
        if (from.isPresent() && to.isPresent() && !from.get().isBefore(to.get())) {
            properties.violation(
                    "to", "range", "%s (expected: after from, %s)".formatted(to.get(), from.get()));
        }
        boolean force = ModelResource.flag(properties, "force");
        properties.check();
        return new TrainingRequest(stream.orElseThrow(), from, to, force);
    }
}
