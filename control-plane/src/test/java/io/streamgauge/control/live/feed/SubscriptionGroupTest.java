package io.streamgauge.control.live.feed;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.request.AggregateFilter;
import io.streamgauge.control.live.request.AlertFilter;
import io.streamgauge.control.live.request.ResultFilter;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.StreamKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom a result finds: just those whom a look at every subscription would. */
class SubscriptionGroupTest {

    private static final StreamKey STREAM =
            new StreamKey(new TenantId("acme"), new StreamId(UUID.randomUUID()));
    private static final List<String> NAMES = List.of("host", "region", "service");
    private static final List<String> VALUES = List.of("a", "b", "");

    private final SubscriptionGroup group = new SubscriptionGroup();
    private final AtomicInteger ids = new AtomicInteger();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void findsWhomALookAtAllWouldFindWhileTheyComeAndGo(long seed) {
        Random random = new Random(seed);
        List<Subscription> all = new ArrayList<>();
        for (int step = 0; step < 2_000; step++) {
            if (all.isEmpty() || random.nextInt(3) > 0) {
                Subscription fresh =
                        random.nextBoolean() ? aggregates(someOf(random)) : alerts(someOf(random));
                group.add(fresh);
                all.add(fresh);
            } else {
                group.remove(all.remove(random.nextInt(all.size())));
            }
            Map<String, String> result = someOf(random);
            LiveKind kind = random.nextBoolean() ? LiveKind.AGGREGATES : LiveKind.ALERTS;

            assertThat(found(kind, result))
                    .as("seed %d, step %d", seed, step)
                    .containsExactlyInAnyOrderElementsOf(
                            all.stream()
                                    .filter(it -> it.kinds().contains(kind))
                                    .filter(it -> isMet(it.filter().where(kind), result))
                                    .toList());
        }
        List.copyOf(all).forEach(group::remove);
        assertThat(group.size()).isZero();
        assertThat(group.wants(LiveKind.AGGREGATES)).isFalse();
        assertThat(group.wants(LiveKind.ALERTS)).isFalse();
    }

    @Test
    void asksForEachDimensionOnceHoweverManyDoNotWantItsValue() {
        for (int i = 0; i < 1_000; i++) {
            group.add(aggregates(Map.of("host", "h" + i)));
        }
        AtomicInteger asked = new AtomicInteger();

        List<Subscription> found = new ArrayList<>();
        group.find(
                LiveKind.AGGREGATES,
                name -> {
                    asked.incrementAndGet();
                    return "h7";
                },
                found::add);

        assertThat(found)
                .extracting(it -> it.filter().where(LiveKind.AGGREGATES))
                .containsExactly(Map.of("host", "h7"));
        assertThat(asked).hasValue(1);
    }

    @Test
    void letsOneEndItselfWhileItIsFound() {
        Subscription one = aggregates(Map.of("host", "a"));
        Subscription other = aggregates(Map.of("host", "a"));
        group.add(one);
        group.add(other);

        group.find(LiveKind.AGGREGATES, name -> "a", group::remove);

        assertThat(group.size()).isZero();
        assertThat(found(LiveKind.AGGREGATES, Map.of("host", "a"))).isEmpty();
    }

    private Set<Subscription> found(LiveKind kind, Map<String, String> result) {
        Function<String, String> valueOf = result::get;
        Set<Subscription> found = new HashSet<>();
        group.find(kind, valueOf, it -> assertThat(found.add(it)).as("found once").isTrue());
        return found;
    }

    private static boolean isMet(Map<String, String> where, Map<String, String> result) {
        return where.entrySet().stream()
                .allMatch(it -> it.getValue().equals(result.get(it.getKey())));
    }

    private static Map<String, String> someOf(Random random) {
        Map<String, String> some = new HashMap<>();
        for (String name : NAMES) {
            if (random.nextBoolean()) {
                some.put(name, VALUES.get(random.nextInt(VALUES.size())));
            }
        }
        return some;
    }

    private Subscription aggregates(Map<String, String> where) {
        return subscription(
                Optional.of(new AggregateFilter(where, Set.of(), Set.of())), Optional.empty());
    }

    private Subscription alerts(Map<String, String> where) {
        return subscription(
                Optional.empty(), Optional.of(new AlertFilter(where, Set.of(), Set.of())));
    }

    private Subscription subscription(
            Optional<AggregateFilter> aggregates, Optional<AlertFilter> alerts) {
        return new Subscription(
                new TestingSubscriber(),
                Integer.toString(ids.incrementAndGet()),
                STREAM.tenant(),
                Optional.of(STREAM),
                new ResultFilter(aggregates, alerts, Optional.empty(), false, Optional.empty()));
    }
}
