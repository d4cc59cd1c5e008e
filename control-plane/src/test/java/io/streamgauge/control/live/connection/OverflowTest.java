package io.streamgauge.control.live.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.helidon.common.buffers.BufferData;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.feed.Delivery;
import io.streamgauge.control.live.feed.Stand;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.request.AggregateFilter;
import io.streamgauge.control.live.request.ResultFilter;
import io.streamgauge.control.live.result.LiveAggregate;
import io.streamgauge.control.live.result.LiveAlert;
import io.streamgauge.control.live.result.LiveEvent;
import io.streamgauge.control.live.result.StreamKey;
import io.streamgauge.control.live.resume.Offsets;
import io.streamgauge.control.live.wire.CloseCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a client that reads too slowly gets, and what it does not. */
class OverflowTest {

    private static final Stand STAND = new Stand(Offsets.NONE, Instant.EPOCH);

    private final StreamKey stream =
            new StreamKey(new TenantId("acme"), new StreamId(UUID.randomUUID()));

    private final Subscription subscription = subscription("1");

    @Test
    void dropsWhatIsSupersededAndKeepsTheNewest() {
        List<Delivery> queued =
                List.of(
                        delivery("a", "1s", 1),
                        delivery("b", "1s", 2),
                        delivery("a", "10s", 3),
                        delivery("a", "1s", 4),
                        delivery("a", "1s", 5));

        assertThat(new DropSuperseded().choose(queued))
                .containsExactly(queued.get(0), queued.get(3));
    }

    @Test
    void dropsTheOldestWhereNothingIsSuperseded() {
        List<Delivery> queued =
                IntStream.range(0, 16).mapToObj(i -> delivery("h" + i, "1s", i)).toList();

        assertThat(new DropSuperseded().choose(queued))
                .containsExactly(queued.get(0), queued.get(1));
    }

    @Test
    void dropsSampledEventsFirst() {
        Delivery event = new Delivery(subscription, new LiveEvent("{}", 0), STAND, false);

        assertThat(new DropSuperseded().choose(List.of(delivery("a", "1s", 1), event)))
                .containsExactly(event);
    }

    @Test
    void doesNotMixSubscriptions() {
        Subscription other = subscription("2");
        Delivery first = delivery("a", "1s", 1);
        Delivery second = new Delivery(other, first.result(), STAND, false);

        assertThat(new DropSuperseded().choose(List.of(first, second))).containsExactly(first);
    }

    @Test
    void tellsHowManyWereDroppedWithTheNextResult() throws Exception {
        OutboundQueue queue = new OutboundQueue(4, 1 << 20, new DropSuperseded());
        int dropped = 0;
        for (int i = 0; i < 10; i++) {
            dropped += queue.deliver(delivery("a", "1s", i));
        }
        dropped += queue.deliver(delivery("b", "1s", 10));

        assertThat(dropped).isPositive();
        assertThat(((Outbound.Result) queue.take()).droppedBefore()).isEqualTo(dropped);
        assertThat(((Outbound.Result) queue.take()).droppedBefore()).isZero();
    }

    @Test
    void keepsToItsBoundsOfCountAndSize() throws Exception {
        OutboundQueue queue = new OutboundQueue(100, 1_000, new DropSuperseded());
        for (int i = 0; i < 1_000; i++) {
            assertThat(queue.deliver(delivery("h" + i, "1s", i))).isNotNegative();
        }

        List<String> taken = new ArrayList<>();
        queue.send(new Outbound.Text("end"), false);
        for (Outbound next = queue.take();
                next instanceof Outbound.Result result;
                next = queue.take()) {
            taken.add(result.delivery().result().json());
        }
        assertThat(taken.stream().mapToInt(String::length).sum()).isLessThanOrEqualTo(1_000);
        assertThat(taken.getLast()).contains("h999");
    }

    @Test
    void takesAResultThatIsLongerThanTheBound() {
        OutboundQueue queue = new OutboundQueue(100, 10, new DropSuperseded());

        assertThat(queue.deliver(delivery("a-long-name", "1s", 1))).isZero();
    }

    @Test
    void neverDropsAnAlert() {
        Delivery alert =
                new Delivery(
                        subscription,
                        new LiveAlert(Map.of(), "warning", "firing", false, "{}"),
                        STAND,
                        false);
        Delivery aggregate = delivery("a", "1s", 1);
        OutboundQueue queue = new OutboundQueue(2, 1_000, new DropSuperseded());

        assertThat(queue.deliver(alert)).isZero();
        assertThat(queue.deliver(aggregate)).isZero();
        assertThat(queue.deliver(alert)).isEqualTo(1);
        assertThat(queue.deliver(alert)).isEqualTo(-1);
    }

    @Test
    void asksForTheConnectionsEndWhereThePolicyGivesNothingUp() {
        OutboundQueue queue = new OutboundQueue(1, 1_000, queued -> List.of());

        assertThat(queue.deliver(delivery("a", "1s", 1))).isZero();
        assertThat(queue.deliver(delivery("a", "1s", 2))).isEqualTo(-1);
    }

    @Test
    void doesNotKeepAnswersWithoutEnd() {
        OutboundQueue queue = new OutboundQueue(10, 1_000, new DropSuperseded());
        for (int i = 0; i < 10; i++) {
            assertThat(queue.send(new Outbound.Text("{}"), false)).isTrue();
        }

        assertThat(queue.send(new Outbound.Text("{}"), false)).isFalse();
        assertThat(queue.deliver(delivery("a", "1s", 1))).isZero();
    }

    @Test
    void sendsWhatIsUrgentFirstAndInTheEndOnlyTheClose() throws Exception {
        OutboundQueue queue = new OutboundQueue(10, 1_000, new DropSuperseded());
        queue.deliver(delivery("a", "1s", 1));
        queue.send(new Outbound.Ping(), true);
        assertThat(queue.take()).isInstanceOf(Outbound.Ping.class);

        queue.close(new Outbound.Close(CloseCode.RESTART, "first"));
        queue.close(new Outbound.Close(CloseCode.NORMAL, "second"));
        queue.deliver(delivery("a", "1s", 2));
        queue.send(new Outbound.Pong(BufferData.empty()), true);

        assertThat(queue.take()).isEqualTo(new Outbound.Close(CloseCode.RESTART, "first"));
    }

    @Test
    void cutsReasonsToWhatACloseFrameHolds() {
        assertThat(CloseCode.reason("short")).isEqualTo("short");
        assertThat(CloseCode.reason("ä".repeat(100))).isEqualTo("ä".repeat(61));
        assertThatCode(() -> CloseCode.reason("😀".repeat(100))).doesNotThrowAnyException();
    }

    /** No connection: nothing here asks for it. */
    @SuppressWarnings("NullAway")
    private Subscription subscription(String id) {
        return new Subscription(
                null,
                id,
                stream.tenant(),
                Optional.of(stream),
                new ResultFilter(
                        Optional.of(new AggregateFilter(Map.of(), Set.of(), Set.of())),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        Optional.empty()));
    }

    private Delivery delivery(String host, String window, int count) {
        return new Delivery(
                subscription,
                new LiveAggregate(
                        Map.of("host", host),
                        window,
                        "2026-01-01T00:00:00Z",
                        "early",
                        "{\"host\":\"%s\",\"count\":%d}".formatted(host, count)),
                STAND,
                false);
    }
}
