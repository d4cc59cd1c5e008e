package io.streamgauge.control.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OutageTolerantCacheTest {

    private static final Duration FRESH = Duration.ofSeconds(1);

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger loads = new AtomicInteger();
    private final Deque<Runnable> background = new ArrayDeque<>();
    private volatile boolean away;
    private final OutageTolerantCache<String, String> cache = cache(100);

    @Test
    void asksTheSourceOncePerFreshness() {
        assertThat(cache.get("a")).isEqualTo("a1");
        pass(Duration.ofMillis(999));
        assertThat(cache.get("a")).isEqualTo("a1");
        pass(Duration.ofMillis(1));
        assertThat(cache.get("a")).isEqualTo("a2");
    }

    @Test
    void seesAChangeAtOnceAfterItIsCleared() {
        cache.get("a");

        cache.clear();

        assertThat(cache.get("a")).isEqualTo("a2");
    }

    @Test
    void forgetsOneKeyAtOnceAndNoOther() {
        cache.get("a");
        cache.get("b");

        cache.forget("a");

        assertThat(cache.get("a")).isEqualTo("a3");
        assertThat(cache.get("b")).isEqualTo("b2");
    }

    @Test
    void asksAgainAfterItHasExpiredAndKeepsTheOldValueForWhereTheSourceIsAway() {
        cache.get("a");
        cache.get("b");

        cache.expire();
        assertThat(cache.get("a")).isEqualTo("a3");
        away = true;
        cache.expire();
        assertThat(cache.get("b")).isEqualTo("b2");
    }

    @Test
    void keepsAValueWhoseLoadingBeganBeforeAllExpiredForWhereTheSourceIsAway() {
        CompletableFuture<OutageTolerantCache<String, Integer>> self = new CompletableFuture<>();
        AtomicInteger loads = new AtomicInteger();
        OutageTolerantCache<String, Integer> overtaken =
                new OutageTolerantCache<>(
                        "overtaken",
                        FRESH,
                        10,
                        key -> {
                            if (loads.incrementAndGet() == 2) {
                                throw new IllegalStateException("away");
                            }
                            self.join().expire();
                            return loads.get();
                        },
                        now::get,
                        background::add);
        self.complete(overtaken);

        assertThat(overtaken.get("a")).isEqualTo(1);
        assertThat(overtaken.get("a")).as("asked again, in vain").isEqualTo(1);
        assertThat(loads).hasValue(2);
    }

    @Test
    void keepsNoValueWhoseLoadingBeganBeforeItWasForgotten() {
        CompletableFuture<OutageTolerantCache<String, Integer>> self = new CompletableFuture<>();
        AtomicInteger version = new AtomicInteger(1);
        OutageTolerantCache<String, Integer> overtaken =
                new OutageTolerantCache<>(
                        "overtaken",
                        FRESH,
                        10,
                        key -> {
                            int read = version.getAndSet(2);
                            self.join().forget(key);
                            return read;
                        },
                        now::get,
                        background::add);
        self.complete(overtaken);

        assertThat(overtaken.get("a")).isEqualTo(1);
        assertThat(overtaken.get("a")).isEqualTo(2);
    }

    @Test
    void keepsNoValueWhoseLoadingBeganBeforeItWasCleared() throws Exception {
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger version = new AtomicInteger(1);
        OutageTolerantCache<String, Integer> slow =
                new OutageTolerantCache<>(
                        "slow",
                        FRESH,
                        10,
                        key -> {
                            int read = version.get();
                            loading.countDown();
                            await(goOn);
                            return read;
                        },
                        now::get,
                        background::add);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Integer> early = threads.submit(() -> slow.get("a"));
            loading.await();
            version.set(2);
            slow.clear();
            goOn.countDown();

            assertThat(early.get()).isEqualTo(1);
            assertThat(slow.get("a")).isEqualTo(2);
        }
    }

    @Test
    void failsForAKeyThatWasNeverLoadedWhileTheSourceIsAway() {
        away = true;

        assertThatThrownBy(() -> cache.get("a")).hasMessage("away");
    }

    @Test
    void goesOnWithTheOldValueWhileTheSourceIsAwayAndRecovers() {
        cache.get("a");
        pass(FRESH);
        away = true;

        assertThat(cache.get("a")).isEqualTo("a1");
        int triedBefore = loads.get();
        pass(FRESH);
        assertThat(cache.get("a")).as("without asking itself").isEqualTo("a1");
        assertThat(loads.get()).isEqualTo(triedBefore);
        background.pop().run();
        assertThat(loads.get()).as("asked in the background").isEqualTo(triedBefore + 1);

        away = false;
        pass(FRESH);
        assertThat(cache.get("a")).isEqualTo("a1");
        background.pop().run();
        assertThat(cache.get("a")).isEqualTo("a" + loads.get());
    }

    @Test
    void letsOnlyTheFirstKeyNoticeAnOutage() {
        cache.get("a");
        cache.get("b");
        pass(FRESH);
        away = true;
        cache.get("a");
        int tried = loads.get();

        assertThat(cache.get("b")).isEqualTo("b2");
        assertThat(loads.get()).as("not asked while the caller waits").isEqualTo(tried);
    }

    @Test
    void doesNotBringBackWhatWasCleared() {
        cache.get("a");
        away = true;

        cache.clear();

        assertThatThrownBy(() -> cache.get("a")).hasMessage("away");
    }

    @Test
    void letsOneOfManyLoadAKey() throws Exception {
        List<Future<String>> values = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                values.add(threads.submit(() -> cache.get("a")));
            }
        }

        for (Future<String> value : values) {
            assertThat(value.get()).isEqualTo("a1");
        }
        assertThat(loads).hasValue(1);
    }

    @Test
    void staysWithinItsCapacity() {
        OutageTolerantCache<String, String> small = cache(3);
        for (String key : List.of("a", "b", "c")) {
            small.get(key);
        }

        small.get("d"); // none has expired: everything goes
        small.get("a");

        assertThat(loads).hasValue(5);
    }

    private OutageTolerantCache<String, String> cache(int capacity) {
        return new OutageTolerantCache<>(
                "test",
                FRESH,
                capacity,
                key -> {
                    int load = loads.incrementAndGet();
                    if (away) {
                        throw new IllegalStateException("away");
                    }
                    return key + load;
                },
                now::get,
                background::add);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
