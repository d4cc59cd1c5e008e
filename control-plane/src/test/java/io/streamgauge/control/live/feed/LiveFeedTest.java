package io.streamgauge.control.live.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.request.AggregateFilter;
import io.streamgauge.control.live.request.ResultFilter;
import io.streamgauge.control.live.result.LiveEntry;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.StreamKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for whom at the feed. */
class LiveFeedTest {

    private final LiveFeed feed = new LiveFeed(ResumeOptions.DEFAULT);
    private final StreamKey stream =
            new StreamKey(new TenantId("acme"), new StreamId(UUID.randomUUID()));
    private final Thread sampler =
            Thread.ofPlatform()
                    .unstarted(
                            () -> {
                                try {
                                    feed.awaitWantedEvents();
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                            });

    @AfterEach
    void stop() throws InterruptedException {
        sampler.interrupt();
        sampler.join();
    }

    @Test
    void wakesTheSamplerWithTheFirstWhoWantsEvents() {
        sampler.start();
        await().until(() -> sampler.getState() == Thread.State.WAITING);

        feed.joinNow(subscription(aggregates()));
        assertThat(sampler.getState()).isEqualTo(Thread.State.WAITING);
        feed.joinNow(subscription(events()));

        await().until(() -> !sampler.isAlive());
        assertThat(feed.streamsWithEvents()).containsExactly(stream);
    }

    @Test
    void letsTheSamplerGoOnWhereSomebodyWantsEventsAlready() {
        feed.joinNow(subscription(events()));

        sampler.start();

        await().until(() -> !sampler.isAlive());
    }

    @Test
    void tellsWhereAQuietSubscriptionStandsOnceThatHasMoved() {
        TestingSubscriber subscriber = new TestingSubscriber();
        Subscription quiet = subscription(subscriber, aggregates(Map.of("host", "silent")));
        feed.begin(LiveKind.AGGREGATES, 0, 10);
        feed.joinNow(quiet);

        feed.tellPlaces(List.of(quiet));
        assertThat(subscriber.told).hasSize(1); // that it has joined
        feed.take(entry(10));
        feed.take(entry(11));
        feed.tellPlaces(List.of(quiet));
        feed.tellPlaces(List.of(quiet));

        assertThat(subscriber.told).hasSize(2);
        assertThat(((ServerEvent.Place) subscriber.told.get(1)).position())
                .isNotEqualTo(((ServerEvent.Synced) subscriber.told.get(0)).position());
        assertThat(subscriber.delivered).isEmpty();
    }

    @Test
    void doesNotTellOfAPlaceThatAResultHasTold() {
        TestingSubscriber subscriber = new TestingSubscriber();
        Subscription busy = subscription(subscriber, aggregates(Map.of("host", "a")));
        feed.begin(LiveKind.AGGREGATES, 0, 10);
        feed.joinNow(busy);

        feed.take(entry(10));
        feed.tellPlaces(List.of(busy));

        assertThat(subscriber.delivered).hasSize(1);
        assertThat(subscriber.told).hasSize(1);
    }

    @Test
    void doesNotTellAPlaceToThoseWhoAreOnTheirWayOrHaveEnded() {
        TestingSubscriber subscriber = new TestingSubscriber();
        Subscription joining = subscription(subscriber, aggregates());
        Subscription ended = subscription(subscriber, aggregates(Map.of("host", "silent")));
        feed.begin(LiveKind.AGGREGATES, 0, 10);
        feed.joinNow(ended);
        feed.remove(ended);
        feed.take(entry(10));

        feed.tellPlaces(List.of(joining, ended));

        assertThat(subscriber.told).hasSize(1);
    }

    /** An aggregate of the host a. */
    private LiveEntry entry(long offset) {
        ConsumerRecord<byte[], byte[]> record =
                new ConsumerRecord<>(
                        "t.aggregates",
                        0,
                        offset,
                        new byte[0],
                        "{\"tenant\":\"acme\",\"stream\":\"%s\",\"dimensions\":{\"host\":\"a\"}}"
                                .formatted(stream.stream())
                                .getBytes(UTF_8));
        record.headers().add(RecordHeaders.TENANT, "acme".getBytes(UTF_8));
        record.headers().add(RecordHeaders.STREAM, stream.stream().toString().getBytes(UTF_8));
        return LiveEntry.of(LiveKind.AGGREGATES, record);
    }

    private Subscription subscription(ResultFilter filter) {
        return subscription(new TestingSubscriber(), filter);
    }

    private Subscription subscription(Subscriber subscriber, ResultFilter filter) {
        return new Subscription(subscriber, "1", stream.tenant(), Optional.of(stream), filter);
    }

    private static ResultFilter events() {
        return new ResultFilter(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.of(new ResultFilter.EventFilter(Map.of())));
    }

    private static ResultFilter aggregates() {
        return aggregates(Map.of());
    }

    private static ResultFilter aggregates(Map<String, String> where) {
        return new ResultFilter(
                Optional.of(new AggregateFilter(where, Set.of(), Set.of())),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }
}
