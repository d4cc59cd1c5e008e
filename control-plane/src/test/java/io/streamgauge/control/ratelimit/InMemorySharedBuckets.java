package io.streamgauge.control.ratelimit;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.EstimationProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Buckets that limiters of one JVM share, as replicas share those in Redis. */
final class InMemorySharedBuckets implements SharedBuckets {

    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final Map<String, Limit> limits = new ConcurrentHashMap<>();
    private final AtomicLong draws = new AtomicLong();
    private final TimeMeter clock;

    InMemorySharedBuckets(TimeMeter clock) {
        this.clock = clock;
    }

    long draws() {
        return draws.get();
    }

    long available(String key, Limit limit) {
        return bucket(key, limit).getAvailableTokens();
    }

    @Override
    public Draw draw(String key, Limit limit, long tokens) {
        draws.incrementAndGet();
        Bucket bucket = bucket(key, limit);
        if (!limit.equals(limits.put(key, limit))) {
            bucket.replaceConfiguration(
                    limit.toConfiguration(), TokensInheritanceStrategy.PROPORTIONALLY);
        }
        long taken = bucket.tryConsumeAsMuchAsPossible(tokens);
        EstimationProbe next =
                bucket.estimateAbilityToConsume(
                        Math.min(limit.amount(), bucket.getAvailableTokens() + 1));
        return new Draw(taken, bucket.getAvailableTokens(), next.getNanosToWaitForRefill());
    }

    @Override
    public void putBack(String key, Limit limit, long tokens) {
        bucket(key, limit).addTokens(tokens);
    }

    private Bucket bucket(String key, Limit limit) {
        return buckets.computeIfAbsent(
                key,
                missing -> {
                    limits.put(key, limit);
                    return Bucket.builder()
                            .addLimit(limit.toConfiguration().getBandwidths()[0])
                            .withCustomTimePrecision(clock)
                            .build();
                });
    }
}
