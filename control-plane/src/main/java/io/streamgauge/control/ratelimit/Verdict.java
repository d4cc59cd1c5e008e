package io.streamgauge.control.ratelimit;

import java.util.concurrent.TimeUnit;

/**
 * Whether a demand is met.
 *
 * @param demand the one refused, else the one with the fewest tokens left
 * @param remaining tokens left of its limit; other replicas may have taken some meanwhile
 * @param refillNanos until there is more; where refused, until there is enough for the demand
 */
public record Verdict(boolean allowed, Demand demand, long remaining, long refillNanos) {

    /** As {@link #refillNanos}, rounded up so that nobody comes too early. */
    public long refillSeconds() {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(refillNanos);
        return Math.max(1, TimeUnit.SECONDS.toNanos(seconds) < refillNanos ? seconds + 1 : seconds);
    }
}
