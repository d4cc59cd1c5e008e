package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.control.live.connection.LiveOptions;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.StreamKey;
import io.streamgauge.control.live.resume.Position;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who gets what. */
class LiveDeliveryIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static LiveFixture live;

    @BeforeAll
    static void start() {
        live = new LiveFixture(BACKENDS, LiveFixture.OPTIONS);
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Test
    void deliversAggregatesAsTheyStandInTheirTopic() throws Exception {
        Aggregate aggregate = aggregate("{\"host\":\"ä\\\"\"}", "1s", Timing.ON_TIME, 5);
        try (TestingClient client = live.connect()) {
            client.subscribe("a \\\"1\\\"", "{\"stream\":\"metrics\",\"kinds\":[\"aggregates\"]}");

            RecordMetadata record = live.results.send(aggregate);

            JsonNode frame = client.next();
            assertThat(frame.path("type").asText()).isEqualTo("next");
            assertThat(frame.path("id").asText()).isEqualTo("a \"1\"");
            assertThat(
                            Position.read(
                                            frame.path("position").asText(),
                                            Subscription.binding(
                                                    live.tenant,
                                                    Optional.of(
                                                            new StreamKey(
                                                                    live.tenant, live.stream.id())),
                                                    Set.of(LiveKind.AGGREGATES)))
                                    .offsets()
                                    .next(LiveKind.AGGREGATES.log(), record.partition()))
                    .isEqualTo(record.offset() + 1);
            assertThat(frame.has("dropped")).isFalse();
            assertThat(frame.at("/payload/kind").asText()).isEqualTo("aggregate");
            assertThat(frame.at("/payload/aggregate"))
                    .isEqualTo(Json.mapper().readTree(AggregateCodec.toBytes(aggregate)));
        }
    }

    @Test
    void encodesAResultOnceForAllWhoSeeTheSame() {
        List<TestingClient> clients = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            clients.add(live.connect());
            clients.getLast().subscribe("1", "{\"stream\":\"metrics\"}");
        }
        long before = live.hub.statistics().encoded();
        for (int i = 0; i < 20; i++) {
            live.results.send(aggregate("{}", "1s", Timing.ON_TIME, i));
        }
        for (TestingClient client : clients) {
            for (int i = 0; i < 20; i++) {
                assertThat(countOf(client.next())).isEqualTo(i);
            }
            client.close();
        }

        assertThat(live.hub.statistics().encoded() - before).isEqualTo(20);
    }

    @Test
    void findsTheStreamByItsIdToo() {
        try (TestingClient client = live.connect()) {
            client.subscribe("1", "{\"stream\":\"%s\"}".formatted(live.stream.id()));
            live.results.send(aggregate("{}", "1s", Timing.ON_TIME, 1));

            assertThat(countOf(client.next())).isEqualTo(1);
        }
    }

    @Test
    void deliversWhatASubscriptionAsksFor() {
        try (TestingClient client = live.connect()) {
            client.subscribe("host", "{\"stream\":\"metrics\",\"where\":{\"host\":\"a\"}}");
            client.subscribe("window", "{\"stream\":\"metrics\",\"windows\":[\"10s\"]}");
            client.subscribe("timing", "{\"stream\":\"metrics\",\"timings\":[\"early\",\"late\"]}");

            live.results.send(aggregate("{\"host\":\"a\"}", "1s", Timing.ON_TIME, 1));
            live.results.send(aggregate("{\"host\":\"b\"}", "10s", Timing.ON_TIME, 2));
            live.results.send(aggregate("{\"host\":\"b\"}", "1s", Timing.EARLY, 3));
            live.results.send(aggregate("{\"host\":\"b\"}", "1s", Timing.ON_TIME, 4));
            live.results.send(aggregate("{}", "1s", Timing.LATE, 5));

            List<String> frames = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                JsonNode frame = client.next();
                frames.add(frame.path("id").asText() + " " + countOf(frame));
            }
            assertThat(frames)
                    .containsExactlyInAnyOrder("host 1", "window 2", "timing 3", "timing 5");
        }
    }

    @Test
    void deliversNothingOfOthersAndNothingThatIsMalformed() {
        TenantId other = BACKENDS.newTenant();
        StreamDefinition others =
                BACKENDS.newStream(
                        other,
                        """
                        {"name":"metrics","fields":[
                          {"name":"v","type":"number","role":"measure"}]}
                        """);
        Aggregate foreign =
                Results.aggregate(
                        others, "{}", START, Duration.ofSeconds(1), Timing.ON_TIME, 0, 99);
        try (TestingClient client = live.connect()) {
            client.subscribe("1", "{\"stream\":\"metrics\"}");

            live.results.send(foreign);
            // Another tenant's value under our tenant's headers, and what is not JSON.
            sendAsOurs(AggregateCodec.toBytes(foreign));
            sendAsOurs("{\"tenant\":".getBytes(UTF_8));
            sendAsOurs("{} {}".getBytes(UTF_8));
            live.results.send(aggregate("{}", "1s", Timing.ON_TIME, 1));

            assertThat(countOf(client.next())).isEqualTo(1);
            // In other partitions, which may be read later.
            await().until(() -> live.hub.statistics().malformed() >= 3);
        }
    }

    @Test
    void stopsWhenTheClientCompletes() {
        try (TestingClient client = live.connect()) {
            client.subscribe("1", "{\"stream\":\"metrics\",\"where\":{\"host\":\"s\"}}");
            client.subscribe("2", "{\"stream\":\"metrics\",\"where\":{\"host\":\"s\"}}");
            client.send("{\"type\":\"complete\",\"id\":\"1\"}");
            client.send("{\"type\":\"complete\",\"id\":\"unknown\"}");
            client.send("{\"type\":\"ping\"}");
            assertThat(client.next().path("type").asText()).isEqualTo("pong");

            live.results.send(aggregate("{\"host\":\"s\"}", "1s", Timing.ON_TIME, 1));
            live.results.send(aggregate("{\"host\":\"s\"}", "1s", Timing.ON_TIME, 2));

            assertThat(client.next().path("id").asText()).isEqualTo("2");
            assertThat(client.next().path("id").asText()).isEqualTo("2");
            // The id is free again.
            client.subscribe("1", "{\"stream\":\"metrics\"}");
        }
    }

    @Test
    void completesSubscriptionsOfAStreamThatIsDeleted() {
        StreamDefinition doomed =
                BACKENDS.newStream(
                        live.tenant,
                        """
                        {"name":"doomed","fields":[
                          {"name":"v","type":"number","role":"measure"}]}
                        """);
        try (TestingClient client = live.connect()) {
            client.subscribe("1", "{\"stream\":\"doomed\"}");

            live.results.sendTombstone(
                    new StreamDefinitionCodec.Key(doomed.tenant(), doomed.id()).toString());

            assertThat(client.next()).hasToString("{\"type\":\"complete\",\"id\":\"1\"}");
            // The catalog may remember the stream for a moment; the hub knows better.
            client.send(
                    "{\"type\":\"subscribe\",\"id\":\"2\",\"payload\":{\"stream\":\"doomed\"}}");
            assertThat(client.next().at("/payload/status").asInt()).isEqualTo(404);
        }
    }

    @Test
    void isNotHeldUpByAClientThatDoesNotRead() throws Exception {
        int results = 20_000;
        // Patient, or the slow client would be closed for its silence.
        LiveOptions patient =
                new LiveOptions(
                        Duration.ofSeconds(30),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(1),
                        256,
                        4 << 20,
                        Duration.ofMillis(20),
                        Duration.ofMillis(50));
        try (LiveFixture fixture = new LiveFixture(BACKENDS, patient);
                RawClient slow = fixture.connectRaw();
                TestingClient fast = fixture.connect()) {
            slow.send("{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":{\"stream\":\"metrics\"}}");
            await().until(() -> fixture.hub.subscriptions() == 1);
            fast.subscribe("1", "{\"stream\":\"metrics\",\"where\":{\"host\":\"last\"}}");

            for (int i = 0; i < results; i++) {
                fixture.results.sendAsync(
                        Results.aggregate(
                                fixture.stream,
                                "{\"host\":\"h%d\",\"pad\":\"%s\"}"
                                        .formatted(i % 5, "x".repeat(200)),
                                START,
                                Duration.ofSeconds(1),
                                Timing.EARLY,
                                0,
                                i));
            }
            long sent = System.nanoTime();
            fixture.results.send(
                    Results.aggregate(
                            fixture.stream,
                            "{\"host\":\"last\"}",
                            START,
                            Duration.ofSeconds(1),
                            Timing.ON_TIME,
                            0,
                            1));
            assertThat(fast.next().at("/payload/aggregate/dimensions/host").asText())
                    .isEqualTo("last");
            assertThat(Duration.ofNanos(System.nanoTime() - sent))
                    .isLessThan(Duration.ofSeconds(5));

            // Now the slow one reads: what it missed is reported, and the newest of every series
            // has survived.
            long received = 0;
            long dropped = 0;
            long[] lastOfHost = new long[5];
            while (received + dropped < results + 1) {
                RawClient.Frame raw = slow.read();
                if (raw.opcode() != RawClient.TEXT) {
                    continue;
                }
                JsonNode frame = Json.mapper().readTree(raw.text());
                if (frame.path("type").asText().equals("next")) {
                    received++;
                    dropped += frame.path("dropped").asLong();
                    String host = frame.at("/payload/aggregate/dimensions/host").asText();
                    if (!host.equals("last")) {
                        lastOfHost[host.charAt(1) - '0'] = countOf(frame);
                    }
                }
            }
            assertThat(dropped).isPositive().isEqualTo(fixture.hub.statistics().dropped());
            assertThat(received + dropped).isEqualTo(results + 1);
            assertThat(lastOfHost)
                    .containsExactly(
                            results - 5, results - 4, results - 3, results - 2, results - 1);
        }
    }

    private static void sendAsOurs(byte[] value) {
        live.results.sendAggregate(
                "k", value, live.tenant.value(), live.stream.id().toString(), "on-time");
    }

    private static long countOf(JsonNode frame) {
        return frame.at("/payload/aggregate/count").asLong(-1);
    }

    private static Aggregate aggregate(
            String dimensions, String window, Timing timing, long count) {
        return Results.aggregate(
                live.stream,
                dimensions,
                START,
                window.equals("1s") ? Duration.ofSeconds(1) : Duration.ofSeconds(10),
                timing,
                0,
                count);
    }
}
