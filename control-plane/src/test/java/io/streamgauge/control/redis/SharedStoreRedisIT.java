package io.streamgauge.control.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("external")
class SharedStoreRedisIT {

    @RegisterExtension final RedisServer redis = new RedisServer();

    private final List<SharedStore> opened = new ArrayList<>();

    @AfterEach
    void close() {
        opened.forEach(SharedStore::close);
    }

    @Test
    void isAvailableAtOnceWhereRedisIsThere() throws SharedStoreException {
        SharedStore store = open();

        String answer = store.await(commands -> commands.ping());

        assertThat(store.isAvailable()).isTrue();
        assertThat(answer).isEqualTo("PONG");
        assertThat(store.currentTimeMillis()).isCloseTo(System.currentTimeMillis(), within(1_000L));
    }

    @Test
    void startsWithoutRedisAndFindsItLater() {
        redis.kill();

        SharedStore store = open();
        AtomicInteger recoveries = new AtomicInteger();
        store.onRecovery(recoveries::incrementAndGet);
        boolean before = store.isAvailable();
        redis.start();

        assertThat(before).isFalse();
        await().untilAsserted(() -> assertThat(recoveries).hasValue(1));
        assertThat(store.isAvailable()).isTrue();
    }

    @Test
    void noticesTheEndOfRedisWithoutBeingAsked() {
        SharedStore store = open();

        redis.kill();

        await().atMost(Duration.ofSeconds(30)).until(() -> !store.isAvailable());
    }

    @Test
    void waitsForASilentRedisOnceAndThenNotAtAll() {
        SharedStore store = open();
        redis.halt();
        try {
            long first = millisOf(() -> failingPing(store));
            long thousandMore =
                    millisOf(
                            () -> {
                                for (int i = 0; i < 1_000; i++) {
                                    failingPing(store);
                                }
                            });

            assertThat(first)
                    .isGreaterThanOrEqualTo(RedisConfig.DEFAULT_COMMAND_TIMEOUT.toMillis() - 10);
            assertThat(thousandMore)
                    .isLessThan(100 * RedisConfig.DEFAULT_COMMAND_TIMEOUT.toMillis());
        } finally {
            redis.goOn();
        }
        await().until(store::isAvailable);
    }

    @Test
    void isBackOnNewConnectionsAfterARestart() {
        SharedStore store = open();
        for (int i = 0; i < 3; i++) {
            redis.kill();
            await().until(() -> !store.isAvailable());
            redis.start();
            await().until(store::isAvailable);
        }

        assertThat(store.failures()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void doesNotUseARedisThatTakesNoWrites() throws SharedStoreException {
        SharedStore store = open();

        store.await(commands -> commands.configSet("maxmemory", "1"));
        await().until(() -> !store.isAvailable());
        assertThatThrownBy(() -> store.await(commands -> commands.ping()))
                .isInstanceOf(SharedStoreException.class);
    }

    private SharedStore open() {
        SharedStore store = SharedStore.open(redis.config());
        opened.add(store);
        return store;
    }

    private static void failingPing(SharedStore store) {
        assertThatThrownBy(() -> store.await(commands -> commands.ping()))
                .isInstanceOf(SharedStoreException.class);
    }

    private static long millisOf(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return (System.nanoTime() - began) / 1_000_000;
    }
}
