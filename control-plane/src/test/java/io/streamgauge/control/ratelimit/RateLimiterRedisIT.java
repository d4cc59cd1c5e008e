package io.streamgauge.control.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.redis.SharedStore;
import io.streamgauge.control.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("external")
class RateLimiterRedisIT {

    @RegisterExtension final RedisServer redis = new RedisServer();

    private final List<AutoCloseable> parts = new ArrayList<>();
    private Replica one;
    private Replica other;

    /** What one process has. */
    private final class Replica {

        private final SharedStore store = SharedStore.open(redis.config());
        private final FallbackRateLimiter limiter =
                FallbackRateLimiter.sharedThrough(store, RedisConfig.DEFAULT_COMMAND_TIMEOUT);

        Replica() {
            parts.add(limiter);
            parts.add(store);
        }

        int takeAll(String key, Limit limit) {
            int taken = 0;
            while (limiter.tryConsume(Demand.one("p", key, limit)).allowed()) {
                taken++;
            }
            return taken;
        }
    }

    @BeforeEach
    void start() {
        one = new Replica();
        other = new Replica();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    @Test
    void sharesASmallLimitExactly() {
        Limit limit = Limit.perHour(100);

        int ofOne = 0;
        for (int i = 0; i < 60; i++) {
            ofOne += one.limiter.tryConsume(Demand.one("p", "a", limit)).allowed() ? 1 : 0;
        }
        int ofOther = other.takeAll("a", limit);

        assertThat(ofOne).isEqualTo(60);
        assertThat(ofOther).isEqualTo(40);
    }

    /**
     * Two replicas, 64 threads, a tight loop: what is let through is the amount, and the refill.
     */
    @Test
    void sharesALimitExactlyUnderLoad() throws InterruptedException {
        Limit limit = Limit.perHour(50_000);
        AtomicLong allowed = new AtomicLong();
        AtomicInteger thread = new AtomicInteger();
        long began = System.nanoTime();

        Threads.run(
                64,
                () -> {
                    Replica mine = thread.getAndIncrement() % 2 == 0 ? one : other;
                    for (int i = 0; i < 2_000; i++) {
                        if (mine.limiter.tryConsume(Demand.one("p", "a", limit)).allowed()) {
                            allowed.incrementAndGet();
                        }
                    }
                });
        // What was taken in advance and is given back; it is never lost.
        await().untilAsserted(
                        () -> {
                            allowed.addAndGet(one.takeAll("a", limit));
                            long refilled =
                                    (System.nanoTime() - began) * 50_000 / 3_600_000_000_000L;
                            assertThat(allowed.get()).isBetween(50_000L, 50_001 + refilled);
                        });

        assertThat(one.limiter.fallbacks() + other.limiter.fallbacks()).isZero();
        assertThat(one.limiter.roundTrips()).isLessThan(25_000 / 5);
    }

    @Test
    void goesOnWithLocalLimitsWhileRedisIsAwayAndSharesAgainAfterwards() {
        Limit limit = Limit.perHour(100);
        for (int i = 0; i < 30; i++) {
            one.limiter.tryConsume(Demand.one("p", "a", limit));
        }
        boolean degradedBefore = one.limiter.isDegraded();

        redis.kill();
        int ofOne = one.takeAll("a", limit);
        int ofOther = other.takeAll("a", limit);
        boolean degradedMeanwhile = one.limiter.isDegraded();
        redis.start();
        await().until(() -> !one.limiter.isDegraded() && !other.limiter.isDegraded());
        int ofBothAfterwards = one.takeAll("b", limit) + other.takeAll("b", limit);

        assertThat(degradedBefore).isFalse();
        assertThat(degradedMeanwhile).isTrue();
        assertThat(ofOne).isEqualTo(70); // it remembers its own 30
        assertThat(ofOther).isEqualTo(100);
        assertThat(one.limiter.fallbacks()).isGreaterThanOrEqualTo(71);
        assertThat(ofBothAfterwards).isEqualTo(100);
    }

    @Test
    void makesRequestsWaitForASilentRedisNoLongerThanOneTimeout() throws InterruptedException {
        Limit limit = Limit.perHour(1_000_000);
        redis.halt();
        try {
            AtomicLong slowest = new AtomicLong();
            Threads.run(
                    32,
                    () -> {
                        for (int i = 0; i < 100; i++) {
                            long began = System.nanoTime();
                            one.limiter.tryConsume(Demand.one("p", "a", limit));
                            slowest.accumulateAndGet(System.nanoTime() - began, Math::max);
                        }
                    });

            assertThat(Duration.ofNanos(slowest.get()))
                    .isLessThan(RedisConfig.DEFAULT_COMMAND_TIMEOUT.multipliedBy(3));
            assertThat(one.limiter.fallbacks()).isEqualTo(3_200);
        } finally {
            redis.goOn();
        }
    }

    @Test
    void takesOnAChangedLimitInAllReplicas() {
        Limit thousand = Limit.perHour(1_000);
        Limit hundred = Limit.perHour(100);
        for (int i = 0; i < 500; i++) {
            one.limiter.tryConsume(Demand.one("p", "a", thousand));
        }
        await().untilAsserted( // what it has in hand is back
                        () ->
                                assertThat(
                                                other.limiter
                                                        .tryConsumeAll(
                                                                List.of(
                                                                        Demand.one(
                                                                                "p", "a",
                                                                                thousand)))
                                                        .remaining())
                                        .isBetween(450L, 499L));

        int left = other.takeAll("a", hundred) + one.takeAll("a", hundred);

        assertThat(left).isBetween(45, 50);
        // A part of a token of the hundred is some of the thousand.
        assertThat(one.takeAll("a", thousand)).isLessThan(10);
    }

    @Test
    void leavesBucketsToExpireWhenTheyAreFullAgain() throws Exception {
        one.limiter.tryConsume(Demand.one("p", "a", new Limit(60, Duration.ofMinutes(1))));

        long seconds = one.store.await(commands -> commands.ttl("sg:limit:a"));

        assertThat(seconds).isBetween(5L, 12L);
    }
}
