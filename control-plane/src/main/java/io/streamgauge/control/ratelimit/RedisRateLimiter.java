package io.streamgauge.control.ratelimit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.streamgauge.control.redis.SharedStoreException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Token buckets that the replicas share, without asking Redis for each request. A replica takes
 * tokens in advance, as many as it used in the last moments, asks for more when half of them are
 * gone, and gives back what it does not use:
 *
 * <ul>
 *   <li>Every token that is used was taken from the bucket in Redis before. So from a full bucket
 *       no more than the limit's amount and what is refilled since gets through, in all replicas
 *       together.
 *   <li>Of an amount below 1,000 nothing is taken in advance. Of others a replica holds at most a
 *       hundredth, and never more than a tenth of what is left, for at most {@link #HELD_FOR} and
 *       one round of the sweeper after its last draw. That much the others may be refused too
 *       early, and that much may get through, once, above what the bucket allows for.
 *   <li>A refusal is believed for {@link #HELD_FOR}, so refused requests cost Redis nothing either.
 * </ul>
 *
 * <p>A replica that dies with tokens in hand loses them; they are refilled like used ones.
 */
final class RedisRateLimiter implements TokenSource<SharedStoreException>, AutoCloseable {

    /**
     * How long what Redis said is good for; guessed: about forty draws a second of a busy bucket.
     */
    static final Duration HELD_FOR = Duration.ofMillis(50);

    private static final int SHARES_AT_MOST = 100_000;
    private static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(2);

    private final SharedBuckets buckets;
    private final LongSupplier nanoTime;
    private final Executor background;
    private final Cache<String, Share> shares =
            Caffeine.newBuilder()
                    .maximumSize(SHARES_AT_MOST)
                    .expireAfterAccess(FORGOTTEN_AFTER)
                    .build();

    /** Shares that may have tokens in hand. */
    private final Set<Share> holding = ConcurrentHashMap.newKeySet();

    private final Thread sweeper;

    RedisRateLimiter(SharedBuckets buckets) {
        this(
                buckets,
                System::nanoTime,
                task -> Thread.ofVirtual().name("rate-limit-refill").start(task));
    }

    RedisRateLimiter(SharedBuckets buckets, LongSupplier nanoTime, Executor background) {
        this.buckets = buckets;
        this.nanoTime = nanoTime;
        this.background = background;
        sweeper = Thread.ofVirtual().name("rate-limit-sweeper").start(this::sweepLoop);
    }

    @Override
    public Verdict take(Demand demand) throws SharedStoreException {
        Share share = share(demand.key());
        long tokens = demand.tokens();
        if (share.hasLimit(demand.limit())) {
            long left = share.takeHeld(tokens);
            if (left >= 0) {
                share.refillAhead(left);
                return allowed(demand, share, left);
            }
            if (share.isRefusedAt(nanoTime.getAsLong())) {
                return refused(demand, share);
            }
        }
        return share.draw(demand.limit(), tokens)
                ? allowed(demand, share, 0)
                : refused(demand, share);
    }

    @Override
    public long takeUpTo(String key, Limit limit, long tokens) throws SharedStoreException {
        Share share = share(key);
        long taken = share.hasLimit(limit) ? share.takeHeldUpTo(tokens) : 0;
        if (taken == tokens || (share.hasLimit(limit) && share.isRefusedAt(nanoTime.getAsLong()))) {
            return taken;
        }
        try {
            return taken + share.drawUpTo(limit, tokens - taken);
        } catch (SharedStoreException e) {
            share.giveBack(taken);
            throw e;
        }
    }

    @Override
    public void giveBack(Demand demand) {
        share(demand.key()).giveBack(demand.tokens());
    }

    /** Stops giving back what is not used; what is in hand is lost. */
    @Override
    public void close() {
        sweeper.interrupt();
    }

    private Share share(String key) {
        Share share = shares.getIfPresent(key);
        return share != null
                ? share
                : shares.get(
                        key, missing -> new Share(missing, buckets, nanoTime, holding, background));
    }

    private static Verdict allowed(Demand demand, Share share, long held) {
        return new Verdict(true, demand, share.available() + held, demand.limit().nanosPerToken());
    }

    private Verdict refused(Demand demand, Share share) {
        long missing = Math.max(1, demand.tokens() - share.available());
        long wait =
                share.nanosToNext(nanoTime.getAsLong())
                        + (missing - 1) * demand.limit().nanosPerToken();
        return new Verdict(false, demand, share.available(), wait);
    }

    private void sweepLoop() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(HELD_FOR.toNanos());
                sweep();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Gives back what has not been used for a while. */
    void sweep() {
        for (Share share : List.copyOf(holding)) {
            holding.remove(share); // before, so that one that draws meanwhile stays in
            if (!share.returnUnused()) {
                holding.add(share);
            }
        }
    }
}
