package io.streamgauge.control.ratelimit;

import java.util.List;

/** Says what is within the limits, and counts it. For any number of threads; never fails. */
public interface RateLimiter {

    /** Takes a demand's tokens, or none. */
    Verdict tryConsume(Demand demand);

    /**
     * Takes the tokens of all demands, or none.
     *
     * @param demands at least one
     */
    Verdict tryConsumeAll(List<Demand> demands);

    /**
     * Takes as many tokens as there are.
     *
     * @param tokens at most, at least 1
     * @return how many were taken
     */
    long consumeUpTo(String key, Limit limit, long tokens);
}
