package io.streamgauge.control.ratelimit;

import io.streamgauge.control.redis.SharedStoreException;

/** Token buckets that all replicas see, at the price of asking for them. */
interface SharedBuckets {

    /**
     * What an operation left.
     *
     * @param taken tokens that are the caller's now
     * @param available tokens that are left for all
     * @param nanosToNext until there is one more
     */
    record Draw(long taken, long available, long nanosToNext) {}

    /** Takes at most this many tokens. A bucket of another limit takes on this one. */
    Draw draw(String key, Limit limit, long tokens) throws SharedStoreException;

    /** Puts tokens back; a full bucket does not overflow. */
    void putBack(String key, Limit limit, long tokens) throws SharedStoreException;
}
