package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * That results are missing.
 *
 * @param reason as the server says it, or {@link #POSITION_REFUSED}
 * @param from what is missing was written after this; empty where nobody knows
 * @param to and before this
 */
public record Gap(String reason, Optional<Instant> from, Optional<Instant> to) {

    /**
     * The server does not take the position any more, as that of a stream that was made anew; the
     * subscription has begun from its present state.
     */
    public static final String POSITION_REFUSED = "position-refused";

    static Gap ofRefusedPosition() {
        return new Gap(POSITION_REFUSED, Optional.empty(), Optional.empty());
    }

    static Gap of(JsonNode payload) {
        return new Gap(
                payload.path("reason").asText(),
                instant(payload.path("from").asText()),
                instant(payload.path("to").asText()));
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
