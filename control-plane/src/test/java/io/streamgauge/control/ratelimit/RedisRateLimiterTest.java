package io.streamgauge.control.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.redis.SharedStoreException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterTry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What replicas take in advance, on buckets without the network; RateLimiterRedisIT has them with
 * it.
 */
class RedisRateLimiterTest {

    private final TestingClock clock = new TestingClock();
    private final InMemorySharedBuckets buckets = new InMemorySharedBuckets(clock);
    private final List<RedisRateLimiter> replicas = new ArrayList<>();

    @AfterEach
    @AfterTry
    void close() {
        replicas.forEach(RedisRateLimiter::close);
    }

    @Test
    void letsExactlyTheAmountThroughToThreadsOfSeveralReplicas() throws Exception {
        Limit limit = Limit.perHour(20_000);
        List<RedisRateLimiter> three = List.of(replica(), replica(), replica());
        AtomicLong allowed = new AtomicLong();
        AtomicLong thread = new AtomicLong();

        Threads.run(
                48,
                () -> {
                    RedisRateLimiter mine = three.get((int) (thread.getAndIncrement() % 3));
                    for (int i = 0; i < 1_000; i++) {
                        clock.advanceNanos(100);
                        if (mine.take(Demand.one("p", "a", limit)).allowed()) {
                            allowed.incrementAndGet();
                        }
                    }
                });
        clock.advance(Duration.ofMillis(60));
        three.forEach(RedisRateLimiter::sweep);

        // 48,000 steps of the clock refill nothing to speak of: 5 ms of an hour's 20,000.
        assertThat(allowed.get() + buckets.available("a", limit)).isEqualTo(20_000);
        assertThat(buckets.draws()).isLessThan(4_000);
    }

    @Test
    void asksSeldomWhereMuchIsUsed() throws Exception {
        Limit limit = Limit.perHour(100_000_000);
        RedisRateLimiter replica = replica();

        for (int i = 0; i < 10_000; i++) { // 10,000 a second, for a second
            clock.advanceNanos(100_000);
            assertThat(replica.take(Demand.one("p", "a", limit)).allowed()).isTrue();
        }

        assertThat(buckets.draws()).isLessThan(60);
    }

    @Test
    void makesHardlyARequestWaitWhereMuchIsUsed() throws Exception {
        Limit limit = Limit.perHour(100_000_000);
        AtomicLong inBackground = new AtomicLong();
        RedisRateLimiter replica =
                new RedisRateLimiter(
                        buckets,
                        clock::currentTimeNanos,
                        task -> {
                            inBackground.incrementAndGet();
                            task.run();
                        });
        replicas.add(replica);

        for (int i = 0; i < 10_000; i++) {
            clock.advanceNanos(100_000);
            replica.take(Demand.one("p", "a", limit));
        }

        assertThat(buckets.draws() - inBackground.get()).isLessThan(5);
    }

    @Test
    void takesNothingInAdvanceWhereLittleIsUsed() throws Exception {
        Limit limit = Limit.perHour(100_000);
        RedisRateLimiter replica = replica();

        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMillis(200));
            replica.take(Demand.one("p", "a", limit));
        }

        assertThat(buckets.available("a", limit)).isBetween(99_990L, 100_000L);
    }

    @Test
    void givesBackWhatItDoesNotUse() throws Exception {
        Limit limit = Limit.perHour(1_000_000);
        RedisRateLimiter replica = replica();
        for (int i = 0; i < 1_000; i++) {
            clock.advanceNanos(10_000);
            replica.take(Demand.one("p", "a", limit));
        }
        long leftWhileHeld = buckets.available("a", limit);

        clock.advance(RedisRateLimiter.HELD_FOR);
        replica.sweep();

        assertThat(leftWhileHeld).isLessThan(999_000);
        assertThat(buckets.available("a", limit)).isBetween(999_000L, 999_020L);
    }

    @Test
    void believesARefusalForAMoment() throws Exception {
        Limit limit = Limit.perHour(10);
        RedisRateLimiter replica = replica();
        buckets.draw("a", limit, 10);
        long before = buckets.draws();

        for (int i = 0; i < 1_000; i++) {
            Verdict verdict = replica.take(Demand.one("p", "a", limit));
            assertThat(verdict.allowed()).isFalse();
            assertThat(verdict.refillSeconds()).isEqualTo(360);
        }
        long after = buckets.draws();
        buckets.putBack("a", limit, 1);
        clock.advance(RedisRateLimiter.HELD_FOR);

        assertThat(after).isEqualTo(before + 1);
        assertThat(replica.take(Demand.one("p", "a", limit)).allowed()).isTrue();
    }

    @Test
    void takesOnAChangedLimitAtOnceWithWhatItHasInHand() throws Exception {
        Limit thousand = Limit.perHour(1_000);
        Limit hundred = Limit.perHour(100);
        RedisRateLimiter replica = replica();
        for (int i = 0; i < 500; i++) {
            clock.advanceNanos(1_000);
            replica.take(Demand.one("p", "a", thousand));
        }

        int leftOfLess = 0;
        while (replica.take(Demand.one("p", "a", hundred)).allowed()) {
            leftOfLess++;
        }
        boolean afterThat = replica.take(Demand.one("p", "a", thousand)).allowed();

        assertThat(leftOfLess).isEqualTo(50);
        assertThat(afterThat).isFalse();
    }

    @Test
    void takesOfAllLimitsOrOfNone() throws Exception {
        RedisRateLimiter replica = replica();
        Demand wide = Demand.one("wide", "w", Limit.perHour(100));
        Demand narrow = Demand.one("narrow", "n", Limit.perHour(3));

        int allowed = 0;
        for (int i = 0; i < 50; i++) {
            clock.advanceNanos(1_000);
            allowed += replica.takeAll(List.of(wide, narrow)).allowed() ? 1 : 0;
        }
        clock.advance(Duration.ofMillis(60));
        replica.sweep();

        assertThat(allowed).isEqualTo(3);
        assertThat(buckets.available("w", wide.limit())).isEqualTo(97);
    }

    /** The bound that docs/rate-limits.md states, for any interleaving of two replicas. */
    @Property(tries = 300)
    void letsNoMoreThroughThanTheBucketAndWhatIsHeld(
            @ForAll @IntRange(min = 1, max = 5_000) int amount,
            @ForAll("steps") @Size(max = 300) List<Step> steps)
            throws SharedStoreException {
        Limit limit = new Limit(amount, Duration.ofSeconds(10));
        InMemorySharedBuckets fresh = new InMemorySharedBuckets(clock);
        List<RedisRateLimiter> two = List.of(replica(fresh), replica(fresh));
        long start = clock.currentTimeNanos();
        long allowed = 0;
        for (Step step : steps) {
            clock.advanceNanos(step.micros() * 1_000L);
            RedisRateLimiter replica = two.get(step.replica());
            for (int i = 0; i < step.requests(); i++) {
                allowed += replica.take(Demand.one("p", "a", limit)).allowed() ? 1 : 0;
            }
            if (step.sweep()) {
                replica.sweep();
            }

            long elapsed = clock.currentTimeNanos() - start;
            long refilled = elapsed * amount / limit.window().toNanos();
            long inHand = 2L * (amount / 100);
            assertThat(allowed).isLessThanOrEqualTo(amount + refilled + inHand);
        }
    }

    record Step(int replica, int micros, int requests, boolean sweep) {}

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 1),
                        Arbitraries.integers().between(0, 200_000),
                        Arbitraries.integers().between(0, 300),
                        Arbitraries.of(true, false))
                .as(Step::new)
                .list();
    }

    private RedisRateLimiter replica() {
        return replica(buckets);
    }

    private RedisRateLimiter replica(SharedBuckets shared) {
        RedisRateLimiter replica =
                new RedisRateLimiter(shared, clock::currentTimeNanos, Runnable::run);
        replicas.add(replica);
        return replica;
    }
}
