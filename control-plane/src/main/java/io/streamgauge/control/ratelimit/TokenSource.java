package io.streamgauge.control.ratelimit;

import java.util.List;

/**
 * Where tokens come from.
 *
 * @param <E> what happens where they cannot be had
 */
interface TokenSource<E extends Exception> {

    /** Takes a demand's tokens, or none. */
    Verdict take(Demand demand) throws E;

    /** Takes at most this many tokens, and says how many. */
    long takeUpTo(String key, Limit limit, long tokens) throws E;

    /** Takes back what a demand was given. */
    void giveBack(Demand demand);

    /**
     * Takes the tokens of all demands, or none: what was taken before one is refused, or fails, is
     * given back. For a moment it is missing, so of requests that compete for the last tokens one
     * more may be refused, and never one more let through.
     */
    default Verdict takeAll(List<Demand> demands) throws E {
        Verdict tightest = null;
        int taken = 0;
        boolean all = false;
        try {
            for (Demand demand : demands) {
                Verdict verdict = take(demand);
                if (!verdict.allowed()) {
                    return verdict;
                }
                taken++;
                if (tightest == null || verdict.remaining() < tightest.remaining()) {
                    tightest = verdict;
                }
            }
            if (tightest == null) {
                throw new IllegalArgumentException("demands: none (expected: at least one)");
            }
            all = true;
            return tightest;
        } finally {
            for (int i = 0; !all && i < taken; i++) {
                giveBack(demands.get(i));
            }
        }
    }
}
