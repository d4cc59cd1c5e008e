package io.streamgauge.control.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.testing.RedisServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("external")
class InvalidationBusRedisIT {

    private static final Invalidation EVERYTHING = new Invalidation.Everything();

    private static final Invalidation READY = new Invalidation.Key("ready");

    @RegisterExtension final RedisServer redis = new RedisServer();

    private final List<AutoCloseable> parts = new ArrayList<>();
    private Replica one;
    private Replica other;

    /** What one process has. */
    private final class Replica {

        private final SharedStore store = SharedStore.open(redis.config());
        private final InvalidationBus bus = InvalidationBus.open(Optional.of(store));
        private final List<Invalidation> heard = new CopyOnWriteArrayList<>();

        Replica() {
            parts.add(bus);
            parts.add(store);
            bus.subscribe(Topic.TENANTS, heard::add);
        }
    }

    @BeforeEach
    void start() {
        one = new Replica();
        other = new Replica();
        one.bus.publish(Topic.TENANTS, "ready");
        other.bus.publish(Topic.TENANTS, "ready");
        // The second is the other's, and what each hears because it begins came before.
        for (Replica replica : List.of(one, other)) {
            await().until(() -> Collections.frequency(replica.heard, READY) == 2);
            replica.heard.clear();
        }
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable part : parts) {
            part.close();
        }
    }

    @Test
    void tellsItselfOnceAtOnceAndTheOthersSoon() {
        one.bus.publish(Topic.TENANTS, "a");
        List<Invalidation> ownAtOnce = List.copyOf(one.heard);
        one.bus.publish(Topic.TENANTS, "b");

        await().until(() -> other.heard.size() == 2);
        assertThat(ownAtOnce).containsExactly(new Invalidation.Key("a"));
        assertThat(other.heard)
                .containsExactly(new Invalidation.Key("a"), new Invalidation.Key("b"));
        assertThat(one.heard).hasSize(2);
    }

    @Test
    void keepsTopicsApart() {
        one.bus.publish(Topic.API_KEYS, "a");
        one.bus.publish(Topic.TENANTS, "b");

        await().until(() -> !other.heard.isEmpty());
        assertThat(other.heard).containsExactly(new Invalidation.Key("b"));
    }

    @Test
    void tellsEveryoneToForgetEverythingAfterAnOutage() {
        redis.kill();
        await().until(() -> !one.store.isAvailable() && !other.store.isAvailable());
        one.bus.publish(Topic.TENANTS, "a");
        List<Invalidation> ownWithoutRedis = List.copyOf(one.heard);

        redis.start();

        await().until(() -> other.heard.contains(EVERYTHING) && one.heard.contains(EVERYTHING));
        assertThat(ownWithoutRedis).containsExactly(new Invalidation.Key("a"));
        other.heard.clear();
        one.bus.publish(Topic.TENANTS, "b");
        await().until(() -> other.heard.contains(new Invalidation.Key("b")));
    }

    @Test
    void tellsTheOthersLaterWhatItCouldNotSay() {
        redis.halt();
        one.bus.publish(Topic.TENANTS, "a"); // its command times out
        await().until(() -> !one.store.isAvailable());

        redis.goOn();

        await().until(
                        () ->
                                other.heard.contains(EVERYTHING)
                                        || other.heard.contains(new Invalidation.Key("a")));
    }

    @Test
    void tellsEverythingWhereMoreIsSaidThanCanBeHeard() {
        for (int i = 0; i < 30_000; i++) {
            one.bus.publish(Topic.TENANTS, "tenant-" + i);
        }

        await().until(
                        () ->
                                other.heard.contains(EVERYTHING)
                                        || other.heard.contains(
                                                new Invalidation.Key("tenant-29999")));
    }
}
