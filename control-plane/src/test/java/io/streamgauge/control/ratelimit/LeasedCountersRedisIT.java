package io.streamgauge.control.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.redis.SharedStore;
import io.streamgauge.control.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("external")
class LeasedCountersRedisIT {

    private static final TenantId TENANT = new TenantId("a");
    private static final String KIND = "connections";

    @RegisterExtension final RedisServer redis = new RedisServer();

    private final List<AutoCloseable> parts = new ArrayList<>();
    private Replica one;
    private Replica other;

    /** What one process has. */
    private final class Replica {

        private final SharedStore store = SharedStore.open(redis.config());
        private final LeasedCounters counters = LeasedCounters.open(Optional.of(store));

        Replica() {
            parts.add(counters);
            parts.add(store);
        }

        boolean acquire(long limit) {
            return counters.acquire(KIND, TENANT, limit);
        }

        long count() {
            return counters.count(KIND, TENANT);
        }

        /** Without releasing anything, as a process that is killed. */
        void die() {
            counters.close();
            store.close();
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
    void countsOverTheReplicas() {
        boolean first = one.acquire(2);
        boolean second = other.acquire(2);
        boolean third = one.acquire(2);
        other.counters.release(KIND, TENANT);
        await().until(() -> one.count() == 1);
        boolean afterwards = one.acquire(2);

        assertThat(first).isTrue();
        assertThat(second).isTrue();
        assertThat(third).isFalse();
        assertThat(afterwards).isTrue();
        assertThat(other.count()).isEqualTo(2);
    }

    @Test
    void letsExactlyTheLimitInHoweverManyAskAtOnce() throws InterruptedException {
        AtomicInteger allowed = new AtomicInteger();
        AtomicInteger thread = new AtomicInteger();

        Threads.run(
                32,
                () -> {
                    Replica mine = thread.getAndIncrement() % 2 == 0 ? one : other;
                    for (int i = 0; i < 20; i++) {
                        if (mine.acquire(100)) {
                            allowed.incrementAndGet();
                        }
                    }
                });

        assertThat(allowed).hasValue(100);
    }

    @Test
    void forgetsAReplicaThatDiedAfterAWhileAndNotThoseThatLive() {
        one.acquire(10);
        other.acquire(10);
        other.acquire(10);

        other.die();

        assertThat(one.count()).isEqualTo(3);
        await().atMost(LeasedCounters.DEAD_AFTER.plusSeconds(5))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> one.count() == 1);
        assertThat(one.acquire(2)).isTrue();
        Replica third = new Replica();
        assertThat(third.count()).isEqualTo(2);
    }

    @Test
    void goesByItsOwnCountsWhileRedisIsAwayAndTellsThemAfterwards() {
        one.acquire(2);
        other.acquire(2);
        redis.kill();

        boolean ownSecond = one.acquire(2);
        boolean ownThird = one.acquire(2);
        boolean othersSecond = other.acquire(2);
        redis.start();

        assertThat(ownSecond).isTrue();
        assertThat(ownThird).isFalse();
        assertThat(othersSecond).isTrue();
        await().until(() -> one.count() == 4 && other.count() == 4);
        assertThat(one.acquire(4)).isFalse();
        assertThat(one.acquire(5)).isTrue();
    }

    @Test
    void leavesNothingBehindInRedis() throws Exception {
        one.acquire(2);
        one.counters.release(KIND, TENANT);

        await().until(() -> one.store.await(commands -> commands.keys("sg:lease:*")).isEmpty());
    }
}
