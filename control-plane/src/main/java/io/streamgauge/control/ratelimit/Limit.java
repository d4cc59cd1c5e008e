package io.streamgauge.control.ratelimit;

import io.github.bucket4j.BandwidthBuilder;
import io.github.bucket4j.BucketConfiguration;
import java.time.Duration;

/**
 * A token bucket: full at the beginning, refilled evenly. Whoever waits as long as the window finds
 * it full again; no window of this length lets more than twice the amount through, and none after a
 * full one more than the amount.
 *
 * @param amount capacity, and what comes back within the window; at least 1
 * @param window at least a millisecond, and not shorter than a nanosecond a token
 */
public record Limit(long amount, Duration window) {

    public Limit {
        if (amount < 1) {
            throw new IllegalArgumentException(
                    "amount: %d (expected: at least 1)".formatted(amount));
        }
        if (window.compareTo(Duration.ofMillis(1)) < 0
                || window.compareTo(Duration.ofDays(366)) > 0
                || window.toNanos() < amount) {
            throw new IllegalArgumentException(
                    "window: %s (expected: 1 ms to 366 days, at least a nanosecond for each of %d)"
                            .formatted(window, amount));
        }
    }

    /** An amount an hour. */
    public static Limit perHour(long amount) {
        return new Limit(amount, Duration.ofHours(1));
    }

    /** How long one token takes to come back. */
    long nanosPerToken() {
        return Math.ceilDiv(window.toNanos(), amount);
    }

    BucketConfiguration toConfiguration() {
        return BucketConfiguration.builder()
                .addLimit(
                        BandwidthBuilder.builder()
                                .capacity(amount)
                                .refillGreedy(amount, window)
                                .build())
                .build();
    }
}
