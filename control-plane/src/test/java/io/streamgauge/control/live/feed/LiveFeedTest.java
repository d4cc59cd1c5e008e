package io.streamgauge.control.live.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.request.AggregateFilter;
import io.streamgauge.control.live.request.ResultFilter;
import io.streamgauge.control.live.result.StreamKey;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
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

    private Subscription subscription(ResultFilter filter) {
        return new Subscription(
                new TestingSubscriber(), "1", stream.tenant(), Optional.of(stream), filter);
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
        return new ResultFilter(
                Optional.of(new AggregateFilter(Map.of(), Set.of(), Set.of())),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty());
    }
}
