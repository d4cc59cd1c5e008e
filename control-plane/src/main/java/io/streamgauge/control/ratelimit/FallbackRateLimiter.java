package io.streamgauge.control.ratelimit;

import io.github.bucket4j.TimeMeter;
import io.streamgauge.control.redis.SharedStore;
import io.streamgauge.control.redis.SharedStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/**
 * Limits that the replicas share while Redis is there, and this process' own otherwise. What Redis
 * lets through is counted in the local bucket as well: when Redis goes, a tenant does not find a
 * full bucket, but one that knows what it used here. Until it is back, each replica lets the whole
 * limit through.
 */
public final class FallbackRateLimiter implements RateLimiter, AutoCloseable {

    private final LocalRateLimiter local;
    private final Optional<Shared> shared;
    private final LongAdder fallbacks = new LongAdder();

    private record Shared(SharedStore store, RedisBuckets buckets, RedisRateLimiter limiter) {}

    private FallbackRateLimiter(LocalRateLimiter local, Optional<Shared> shared) {
        this.local = local;
        this.shared = shared;
    }

    /** Limits of this process alone. */
    public static FallbackRateLimiter local() {
        return new FallbackRateLimiter(
                new LocalRateLimiter(TimeMeter.SYSTEM_NANOTIME), Optional.empty());
    }

    /**
     * Limits that are shared through Redis. Closes nothing of the store.
     *
     * @param timeout for one decision of Redis
     */
    public static FallbackRateLimiter sharedThrough(SharedStore store, Duration timeout) {
        RedisBuckets buckets = new RedisBuckets(store, timeout);
        return new FallbackRateLimiter(
                new LocalRateLimiter(TimeMeter.SYSTEM_NANOTIME),
                Optional.of(new Shared(store, buckets, new RedisRateLimiter(buckets))));
    }

    /** Whether limits should be shared and are not, since Redis is away. */
    public boolean isDegraded() {
        return shared.isPresent() && !shared.get().store().isAvailable();
    }

    /** How many decisions were local though they should have been shared. */
    public long fallbacks() {
        return fallbacks.sum();
    }

    /** How often Redis was asked for tokens. */
    public long roundTrips() {
        return shared.map(it -> it.buckets().roundTrips()).orElse(0L);
    }

    @Override
    public Verdict tryConsume(Demand demand) {
        return tryConsumeAll(List.of(demand));
    }

    @Override
    public Verdict tryConsumeAll(List<Demand> demands) {
        if (shared.isEmpty()) {
            return local.takeAll(demands);
        }
        if (shared.get().store().isAvailable()) {
            try {
                Verdict verdict = shared.get().limiter().takeAll(demands);
                if (verdict.allowed()) {
                    demands.forEach(local::take);
                }
                return verdict;
            } catch (SharedStoreException e) {
                // the store has logged it; the request goes on
            }
        }
        fallbacks.increment();
        return local.takeAll(demands);
    }

    @Override
    public long consumeUpTo(String key, Limit limit, long tokens) {
        if (shared.isEmpty()) {
            return local.takeUpTo(key, limit, tokens);
        }
        if (shared.get().store().isAvailable()) {
            try {
                long taken = shared.get().limiter().takeUpTo(key, limit, tokens);
                if (taken > 0) {
                    local.takeUpTo(key, limit, taken);
                }
                return taken;
            } catch (SharedStoreException e) {
                // as above
            }
        }
        fallbacks.increment();
        return local.takeUpTo(key, limit, tokens);
    }

    @Override
    public void close() {
        shared.ifPresent(it -> it.limiter().close());
    }
}
