package io.streamgauge.client;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before the next attempt: twice as long each time, up to a bound, and of that a
 * random part between a half and all, so that thousands of clients of a server that has restarted
 * do not come back at the same moment.
 *
 * @param first the full wait after one failure
 * @param most its bound
 */
public record Backoff(Duration first, Duration most, RandomGenerator random) {

    /** From half a second to half a minute. */
    public static final Backoff DEFAULT = of(Duration.ofMillis(500), Duration.ofSeconds(30));

    /** More doublings than any bound needs. */
    private static final int MAX_DOUBLINGS = 30;

    public Backoff {
        if (first.isNegative() || first.isZero()) {
            throw new IllegalArgumentException("first: %s (expected: > PT0S)".formatted(first));
        }
        if (most.compareTo(first) < 0) {
            throw new IllegalArgumentException(
                    "most: %s (expected: >= first, %s)".formatted(most, first));
        }
    }

    /** With chance of its own. */
    public static Backoff of(Duration first, Duration most) {
        return new Backoff(first, most, RandomGenerator.getDefault());
    }

    /**
     * The wait after some failures in a row.
     *
     * @param failures at least one
     */
    Duration after(int failures) {
        long doubled = first.toMillis() << Math.min(failures - 1, MAX_DOUBLINGS);
        long full = Math.min(most.toMillis(), doubled);
        return Duration.ofMillis(Math.round(full * (0.5 + 0.5 * random.nextDouble())));
    }
}
