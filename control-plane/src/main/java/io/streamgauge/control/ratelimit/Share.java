package io.streamgauge.control.ratelimit;

import io.streamgauge.control.redis.SharedStoreException;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * This replica's part of one bucket in Redis: the tokens it has in hand, and what it knows of the
 * rest. Tokens in hand are taken without a lock; one thread at a time asks Redis, while others wait
 * for what it brings. {@link RedisRateLimiter} says what is guaranteed.
 */
final class Share {

    /** At most this part of the limit's amount is in hand. */
    private static final int PART_OF_AMOUNT = 100;

    /** Small limits are for few requests, and are better exact than fast. */
    private static final int LEAST_AMOUNT = 1_000;

    /** And at most this part of what is left, so that the last tokens are taken one by one. */
    private static final int PART_OF_AVAILABLE = 10;

    private static final long HELD_FOR_NANOS = RedisRateLimiter.HELD_FOR.toNanos();

    private final String key;
    private final SharedBuckets buckets;
    private final LongSupplier nanoTime;
    private final Set<Share> holding;
    private final Executor background;
    private final AtomicLong held = new AtomicLong();
    private final ReentrantLock drawing = new ReentrantLock();
    private final AtomicBoolean refilling = new AtomicBoolean();

    private volatile @Nullable Limit limit; // as the others, written while drawing
    private volatile long available;
    private volatile long nextAt;
    private volatile long refusedUntil;
    private volatile boolean refused;
    private volatile long drawnAt;
    private volatile long lastExtra;
    private long heldWhenDrawn; // guarded by drawing

    /**
     * @param holding where it enters itself while it may have tokens in hand
     * @param background asks Redis before what is in hand is used up
     */
    Share(
            String key,
            SharedBuckets buckets,
            LongSupplier nanoTime,
            Set<Share> holding,
            Executor background) {
        this.key = key;
        this.buckets = buckets;
        this.nanoTime = nanoTime;
        this.holding = holding;
        this.background = background;
        drawnAt = nanoTime.getAsLong();
    }

    boolean hasLimit(Limit wanted) {
        return wanted.equals(limit);
    }

    /** Tokens that were in the bucket when Redis was last asked. */
    long available() {
        return available;
    }

    /** Until the bucket has one more, as far as known. */
    long nanosToNext(long now) {
        return Math.max(1, nextAt - now);
    }

    /** Whether Redis said moments ago that there is nothing. */
    boolean isRefusedAt(long now) {
        return refused && refusedUntil - now > 0;
    }

    /**
     * Takes tokens that are in hand, or none.
     *
     * @return how many are left in hand; negative where there were too few
     */
    long takeHeld(long tokens) {
        long before;
        do {
            before = held.get();
            if (before < tokens) {
                return -1;
            }
        } while (!held.compareAndSet(before, before - tokens));
        return before - tokens;
    }

    /**
     * Sees to it that a busy bucket has tokens in hand before the last of them is taken, so that
     * hardly a request waits for Redis.
     *
     * @param left in hand now
     */
    void refillAhead(long left) {
        if (2 * left < lastExtra && refilling.compareAndSet(false, true)) {
            background.execute(
                    () -> {
                        try {
                            refill();
                        } finally {
                            refilling.set(false);
                        }
                    });
        }
    }

    /** Takes at most this many tokens that are in hand. */
    long takeHeldUpTo(long tokens) {
        long before;
        long taken;
        do {
            before = held.get();
            taken = Math.min(before, tokens);
        } while (!held.compareAndSet(before, before - taken));
        return taken;
    }

    void giveBack(long tokens) {
        held.addAndGet(tokens);
        holding.add(this);
    }

    /** Takes tokens, all or none, asking Redis where need be. */
    boolean draw(Limit wanted, long tokens) throws SharedStoreException {
        drawing.lock();
        try {
            if (hasLimit(wanted)) { // another thread may have brought some
                if (takeHeld(tokens) >= 0) {
                    return true;
                }
                if (isRefusedAt(nanoTime.getAsLong())) {
                    return false;
                }
            }
            adopt(wanted);
            long missing = tokens - held.get();
            if (missing > 0) {
                fetch(wanted, missing);
            }
            return takeHeld(tokens) >= 0;
        } finally {
            drawing.unlock();
        }
    }

    /** Takes at most this many tokens, asking Redis where need be. */
    long drawUpTo(Limit wanted, long tokens) throws SharedStoreException {
        drawing.lock();
        try {
            adopt(wanted);
            long missing = tokens - held.get();
            if (missing > 0 && !isRefusedAt(nanoTime.getAsLong())) {
                fetch(wanted, missing);
            }
            return takeHeldUpTo(tokens);
        } finally {
            drawing.unlock();
        }
    }

    /**
     * Puts tokens back that have not been used for a while.
     *
     * @return whether none are in hand now
     */
    boolean returnUnused() {
        if (nanoTime.getAsLong() - drawnAt < HELD_FOR_NANOS || !drawing.tryLock()) {
            return false;
        }
        try {
            returnHeld();
        } catch (SharedStoreException e) {
            // Redis' bucket has lost them; they are refilled like used ones.
        } finally {
            drawing.unlock();
        }
        return held.get() == 0;
    }

    private void refill() {
        drawing.lock();
        try {
            Limit current = limit;
            if (current != null && !isRefusedAt(nanoTime.getAsLong())) {
                fetch(current, 0);
            }
        } catch (SharedStoreException e) {
            // the request that finds nothing in hand goes on with local limits
        } finally {
            drawing.unlock();
        }
    }

    private void returnHeld() throws SharedStoreException {
        Limit current = limit;
        long unused = held.getAndSet(0);
        if (unused > 0 && current != null) {
            buckets.putBack(key, current, unused);
        }
    }

    /** Forgets what is known of the bucket under another limit. */
    private void adopt(Limit wanted) throws SharedStoreException {
        if (!hasLimit(wanted)) {
            returnHeld(); // it shrinks or grows with the rest of the bucket
            available = 0;
            lastExtra = 0;
            refused = false;
            limit = wanted;
        }
    }

    /** Brings tokens into hand: those that are missing, and some in advance. */
    private void fetch(Limit wanted, long missing) throws SharedStoreException {
        long extra = extra(wanted, missing, nanoTime.getAsLong());
        long tokens = missing > 0 ? missing + extra : extra - held.get();
        if (tokens <= 0) {
            lastExtra = extra; // less is used than before
            return;
        }
        SharedBuckets.Draw draw = buckets.draw(key, wanted, tokens);
        long answered = nanoTime.getAsLong();
        available = draw.available();
        nextAt = answered + draw.nanosToNext();
        refused = draw.taken() == 0;
        refusedUntil = answered + Math.min(HELD_FOR_NANOS, draw.nanosToNext());
        drawnAt = answered;
        lastExtra = extra;
        heldWhenDrawn = held.addAndGet(draw.taken()) - missing;
        if (draw.taken() != missing) { // some in advance, or too few to be of use
            holding.add(this);
        }
    }

    /**
     * How many tokens to take in advance: what was used in as long a time as they are held, growing
     * by doubling, so that two requests at once are not taken for thousands a second.
     */
    private long extra(Limit wanted, long missing, long now) {
        if (wanted.amount() < LEAST_AMOUNT) {
            return 0;
        }
        long since = Math.max(1, now - drawnAt);
        long used = Math.max(0, heldWhenDrawn - held.get()) + missing;
        double expected = (double) used * HELD_FOR_NANOS / since;
        long most = Math.min(wanted.amount() / PART_OF_AMOUNT, available / PART_OF_AVAILABLE);
        return Math.min((long) expected, Math.min(2 * lastExtra + 1, most));
    }
}
