package io.streamgauge.control.ratelimit;

/**
 * The token bucket of the textbook, in exact arithmetic: the oracle that the real ones are compared
 * with. Counts in units of which one token has as many as the window has nanoseconds, so that a
 * nanosecond refills a whole number of them.
 */
final class PlainTokenBucket {

    private final long unitsAtMost;
    private final long unitsPerToken;
    private final long unitsPerNano;
    private long units;
    private long at;

    PlainTokenBucket(Limit limit, long now) {
        unitsPerToken = limit.window().toNanos();
        unitsPerNano = limit.amount();
        unitsAtMost = Math.multiplyExact(limit.amount(), unitsPerToken);
        units = unitsAtMost;
        at = now;
    }

    boolean take(long tokens, long now) {
        if (available(now) < tokens) {
            return false;
        }
        units -= tokens * unitsPerToken;
        return true;
    }

    long available(long now) {
        long room = unitsAtMost - units;
        long elapsed = now - at;
        units = elapsed > room / unitsPerNano ? unitsAtMost : units + elapsed * unitsPerNano;
        at = now;
        return units / unitsPerToken;
    }
}
