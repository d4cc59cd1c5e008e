package io.streamgauge.control.live;

import java.util.concurrent.TimeUnit;

/**
 * Lets a few events of each second through and counts the others. Used by the sampler's thread
 * only.
 */
final class SampleBudget {

    /** Events of a subscription in each second, at most: as many as a person can see. */
    static final int PER_SECOND = 10;

    private long secondBeganNanos = Long.MIN_VALUE;
    private int taken;
    private long skipped;

    /**
     * Asks for one event.
     *
     * @return how many were not let through since the last that was; -1 where this is not, either
     */
    long take(long nowNanos) {
        if (secondBeganNanos == Long.MIN_VALUE
                || nowNanos - secondBeganNanos >= TimeUnit.SECONDS.toNanos(1)) {
            secondBeganNanos = nowNanos;
            taken = 0;
        }
        if (taken >= PER_SECOND) {
            skipped++;
            return -1;
        }
        taken++;
        long count = skipped;
        skipped = 0;
        return count;
    }
}
