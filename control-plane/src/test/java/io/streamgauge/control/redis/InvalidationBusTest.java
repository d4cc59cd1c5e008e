package io.streamgauge.control.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InvalidationBusTest {

    private final InvalidationBus bus = InvalidationBus.open(Optional.empty());
    private final List<Invalidation> heard = new ArrayList<>();

    @Test
    void hasToldEverySubscriberOfTheTopicWhenItReturns() {
        bus.subscribe(Topic.TENANTS, heard::add);
        bus.subscribe(Topic.TENANTS, heard::add);
        bus.subscribe(Topic.API_KEYS, heard::add);

        bus.publish(Topic.TENANTS, "a");

        assertThat(heard).containsExactly(new Invalidation.Key("a"), new Invalidation.Key("a"));
    }

    @Test
    void goesOnAfterASubscriberThatFails() {
        bus.subscribe(
                Topic.CACHE,
                invalidation -> {
                    throw new IllegalStateException("broken on purpose");
                });
        bus.subscribe(Topic.CACHE, heard::add);

        bus.publish(Topic.CACHE, "a");

        assertThat(heard).hasSize(1);
    }

    @Test
    void refusesAnEmptyKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> bus.publish(Topic.CACHE, ""));
    }
}
