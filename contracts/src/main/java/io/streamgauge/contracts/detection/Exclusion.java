package io.streamgauge.contracts.detection;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;

/**
 * A time, as of a maintenance, in which some series are neither judged nor learned from. It holds
 * for every window that has a part of it.
 *
 * @param from inclusive
 * @param to exclusive
 * @param series for which it holds
 * @param reason for people; may be empty
 */
public record Exclusion(UUID id, Instant from, Instant to, SeriesScope series, String reason) {

    /** Longest reason. */
    public static final int MAX_REASON_CHARACTERS = 500;

    /**
     * @throws IllegalArgumentException where it ends before it begins, or the reason is too long
     */
    public Exclusion {
        Objects.requireNonNull(id, "id");
        if (!from.isBefore(to)) {
            throw new IllegalArgumentException("to: " + to + " (expected: after " + from + ")");
        }
        if (reason.length() > MAX_REASON_CHARACTERS) {
            throw new IllegalArgumentException(
                    "reason: %d characters (expected: at most %d)"
                            .formatted(reason.length(), MAX_REASON_CHARACTERS));
        }
    }

    /** Whether a window has a part of it. */
    public boolean touches(Instant start, Duration window) {
        return start.isBefore(to) && start.plus(window).isAfter(from);
    }
}
