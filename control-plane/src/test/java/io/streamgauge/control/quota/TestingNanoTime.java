package io.streamgauge.control.quota;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A clock that a test moves. Starts near the end of the numbers, as the real one may. */
final class TestingNanoTime implements LongSupplier {

    private volatile long now = Long.MAX_VALUE - 1_000;

    /** Not to be called by several threads at once. */
    void pass(Duration passed) {
        long next = now + passed.toNanos();
        now = next;
    }

    @Override
    public long getAsLong() {
        return now;
    }
}
