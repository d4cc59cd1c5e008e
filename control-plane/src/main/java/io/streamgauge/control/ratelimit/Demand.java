package io.streamgauge.control.ratelimit;

/**
 * What a request wants of one limit.
 *
 * @param policy the limit's name for clients: printable ASCII without quotes and backslashes
 * @param key whose bucket: the same in all replicas, and different for whoever is counted apart
 * @param tokens at least 1
 */
public record Demand(String policy, String key, Limit limit, long tokens) {

    public Demand {
        if (tokens < 1) {
            throw new IllegalArgumentException(
                    "tokens: %d (expected: at least 1)".formatted(tokens));
        }
    }

    /** For one request. */
    public static Demand one(String policy, String key, Limit limit) {
        return new Demand(policy, key, limit, 1);
    }
}
