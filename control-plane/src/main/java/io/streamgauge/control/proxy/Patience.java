package io.streamgauge.control.proxy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;

/** How long a read of a connection to a service may take. Asked before each wait. */
interface Patience {

    /**
     * How long to wait now. Asked again where nothing has come in that time.
     *
     * @param waitedNanos how long this read has waited before
     * @return milliseconds; 0 for as long as it takes
     * @throws SocketTimeoutException where it has been long enough
     * @throws IOException where there is another reason to wait no more
     */
    int nextWaitMillis(long waitedNanos) throws IOException;

    /** Until a time from now, over all reads. */
    static Patience of(Duration limit) {
        long began = System.nanoTime();
        return waited -> millisLeft(limit, System.nanoTime() - began);
    }

    /**
     * What is left of a limit.
     *
     * @return milliseconds, at least 1
     * @throws SocketTimeoutException where nothing is left
     */
    static int millisLeft(Duration limit, long waitedNanos) throws SocketTimeoutException {
        long left = limit.toNanos() - waitedNanos;
        if (left <= 0) {
            throw new SocketTimeoutException("nothing came in time");
        }
        return Math.clamp(left / 1_000_000, 1, Integer.MAX_VALUE);
    }
}
