package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One result, as the server sent it.
 *
 * @param kind {@code aggregate}, {@code alert}, {@code anomaly}, {@code band}, {@code definition},
 *     {@code event}, or one that a later server knows
 * @param value what the kind is about: the aggregate, the transition
 * @param payload the whole payload, the value among it
 * @param snapshot whether it is of the state that was there when the subscription began
 * @param position a subscription with this as its {@code after} goes on behind this result; empty
 *     of a snapshot
 * @param dropped how many aggregates were left out before this one, for the client's slowness
 */
public record LiveResult(
        String kind,
        JsonNode value,
        JsonNode payload,
        boolean snapshot,
        Optional<String> position,
        int dropped) {

    static LiveResult of(JsonNode frame) {
        JsonNode payload = frame.path("payload");
        String kind = payload.path("kind").asText();
        return new LiveResult(
                kind,
                payload.path(kind),
                payload,
                frame.path("snapshot").asBoolean(),
                Optional.ofNullable(frame.get("position")).map(JsonNode::asText),
                frame.path("dropped").asInt());
    }

    /** The same with more that was left out before it. */
    LiveResult plusDropped(int more) {
        return more == 0
                ? this
                : new LiveResult(kind, value, payload, snapshot, position, dropped + more);
    }

    /** By what it is told from others; empty of kinds whose results have no identity. */
    Optional<String> identity() {
        return switch (kind) {
            case "aggregate", "anomaly" -> Optional.of(value.path("id").asText());
            case "alert" ->
                    Optional.of(
                            value.path("instance").asText() + '/' + value.path("state").asText());
            default -> Optional.empty();
        };
    }
}
