package io.streamgauge.control.live.feed;

import io.streamgauge.control.live.result.LiveEvent;
import java.util.concurrent.TimeUnit;

/**
 * Lets a few events of each second through and counts the others. Used by the sampler's thread
 * only.
 */
final class SampleBudget {

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
        if (taken >= LiveEvent.PER_SECOND) {
            skipped++;
            return -1;
        }
        taken++;
        long count = skipped;
        skipped = 0;
        return count;
    }
}
