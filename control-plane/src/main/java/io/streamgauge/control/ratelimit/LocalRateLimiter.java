package io.streamgauge.control.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Token buckets of this process, without locks. A bucket that nobody has asked for a window is full
 * and forgotten; so is, without harm to more than its tenant's limit, one that does not fit in.
 *
 * <p>A bucket takes on a changed limit at once and in proportion: who had used half of the old one
 * has half of the new one left. So no change to and fro yields tokens.
 */
final class LocalRateLimiter implements TokenSource<RuntimeException> {

    private static final int BUCKETS_AT_MOST = 100_000;

    private final TimeMeter clock;
    private final Cache<String, Slot> slots;

    LocalRateLimiter(TimeMeter clock) {
        this.clock = clock;
        slots =
                Caffeine.newBuilder()
                        .maximumSize(BUCKETS_AT_MOST)
                        .ticker(clock::currentTimeNanos)
                        // Every so many takes have to be noted: cheaper here than on another
                        // thread.
                        .executor(Runnable::run)
                        .expireAfter(
                                Expiry.<String, Slot>accessing((key, slot) -> slot.limit.window()))
                        .build();
    }

    @Override
    public Verdict take(Demand demand) {
        ConsumptionProbe probe =
                bucket(demand.key(), demand.limit()).tryConsumeAndReturnRemaining(demand.tokens());
        return new Verdict(
                probe.isConsumed(),
                demand,
                probe.getRemainingTokens(),
                probe.isConsumed()
                        ? demand.limit().nanosPerToken()
                        : probe.getNanosToWaitForRefill());
    }

    @Override
    public long takeUpTo(String key, Limit limit, long tokens) {
        return bucket(key, limit).tryConsumeAsMuchAsPossible(tokens);
    }

    @Override
    public void giveBack(Demand demand) {
        bucket(demand.key(), demand.limit()).addTokens(demand.tokens());
    }

    private Bucket bucket(String key, Limit limit) {
        Slot slot = slots.getIfPresent(key);
        if (slot == null) {
            slot = slots.get(key, missing -> new Slot(limit, clock));
        }
        if (!slot.limit.equals(limit)) {
            slot.change(limit);
        }
        return slot.bucket;
    }

    private static final class Slot {

        private final Bucket bucket;
        private final ReentrantLock changing = new ReentrantLock();
        private volatile Limit limit;

        Slot(Limit limit, TimeMeter clock) {
            this.limit = limit;
            bucket =
                    Bucket.builder()
                            .addLimit(limit.toConfiguration().getBandwidths()[0])
                            .withCustomTimePrecision(clock)
                            .build();
        }

        void change(Limit changed) {
            changing.lock();
            try {
                if (!limit.equals(changed)) {
                    bucket.replaceConfiguration(
                            changed.toConfiguration(), TokensInheritanceStrategy.PROPORTIONALLY);
                    limit = changed;
                }
            } finally {
                changing.unlock();
            }
        }
    }
}
