package io.streamgauge.control.live.result;

import java.util.Map;

/**
 * An event of a stream, one of those that were picked for a subscription.
 *
 * @param json as it was sent
 * @param skipped how many that the subscription was for were passed over before it, at least
 */
public record LiveEvent(String json, long skipped) implements LiveResult {

    /** Events of a subscription in each second, at most: as many as a person can see. */
    public static final int PER_SECOND = 10;

    @Override
    public LiveKind kind() {
        return LiveKind.EVENTS;
    }

    /** None: those who want it were found before it was made. */
    @Override
    public Map<String, String> dimensions() {
        return Map.of();
    }

    /** What the picking was like, as JSON. */
    public String sample() {
        return "{\"perSecond\":%d,\"skipped\":%d}".formatted(PER_SECOND, skipped);
    }
}
