package io.streamgauge.control.live;

import static io.streamgauge.contracts.alert.InstanceState.FIRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.live.connection.LiveOptions;
import io.streamgauge.control.live.feed.ResumeOptions;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.Transitions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** That a client comes back without a hole and without anything twice, or is told of the hole. */
class LiveResumeIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static final String QUIET =
            "{\"stream\":\"metrics\",\"where\":{\"host\":\"silent\"},\"snapshot\":false}";

    /** So little memory that most is read from Kafka. */
    private static final ResumeOptions FORGETFUL =
            new ResumeOptions(50, 1 << 20, 2, 1, 5_000_000, 1_000);

    /** Does not close a client for its silence. */
    private static final LiveOptions PATIENT =
            new LiveOptions(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(1),
                    Duration.ofMinutes(1),
                    Duration.ofSeconds(20),
                    256,
                    4 << 20,
                    Duration.ofMillis(20),
                    Duration.ofMillis(50));

    /**
     * Nothing is dropped however slow the machine is, and silence is silence: no pings in between.
     */
    private static final LiveOptions ROOMY =
            new LiveOptions(
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(2),
                    Duration.ofSeconds(20),
                    20_000,
                    64 << 20,
                    Duration.ofMillis(20),
                    Duration.ofMillis(50));

    @Test
    void goesOnBehindTheLastFrame() {
        try (LiveFixture live = new LiveFixture(BACKENDS, LiveFixture.OPTIONS)) {
            String position;
            try (TestingClient client = live.connect()) {
                client.subscribe("1", "{\"stream\":\"metrics\"}");
                send(live, 1);
                send(live, 2);
                assertThat(countOf(client.next())).isEqualTo(1);
                position = client.next().path("position").asText();
            }
            send(live, 3);
            send(live, 4);

            try (TestingClient client = live.connect()) {
                assertThat(countOf(client.ask("x", after(position)))).isEqualTo(3);
                assertThat(countOf(client.next())).isEqualTo(4);
                JsonNode synced = client.next();
                assertThat(synced.path("type").asText()).isEqualTo("synced");
                assertThat(synced.at("/payload/snapshot").asBoolean(true)).isFalse();
                send(live, 5);
                assertThat(countOf(client.next())).isEqualTo(5);

                JsonNode again = client.ask("y", after(synced.path("position").asText()));
                assertThat(countOf(again)).isEqualTo(5);
            }
        }
    }

    @Test
    void missesNothingWhateverIsKilledAndWhenever() throws Exception {
        KafkaConfig kafka = BACKENDS.kafka();
        int clients = 8;
        int results = 6_000;
        try (LiveFixture one = new LiveFixture(BACKENDS, kafka, ROOMY, FORGETFUL);
                LiveFixture other = new LiveFixture(BACKENDS, one, ResumeOptions.DEFAULT);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            AtomicBoolean producing = new AtomicBoolean(true);
            Map<Integer, String> begins = new ConcurrentHashMap<>();
            for (int i = 0; i < clients; i++) {
                try (TestingClient client = one.connect()) {
                    JsonNode synced =
                            client.ask("1", "{\"stream\":\"metrics\",\"snapshot\":false}");
                    begins.put(i, synced.path("position").asText());
                }
            }
            Future<?> producer =
                    threads.submit(
                            () -> {
                                for (int i = 0; i < results; i++) {
                                    one.results.sendAsync(
                                            Results.aggregate(
                                                    one.stream,
                                                    "{\"host\":\"h%d\"}".formatted(i % 20),
                                                    START.plusSeconds(i),
                                                    Duration.ofSeconds(1),
                                                    Timing.ON_TIME,
                                                    0,
                                                    i + 1));
                                    if (i % 100 == 99) {
                                        send(one, 1_000_000 + i); // waits until it is written
                                    }
                                }
                                producing.set(false);
                            });
            List<Future<Seen>> all = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                all.add(
                        threads.submit(
                                () ->
                                        followWithInterruptions(
                                                number % 2 == 0
                                                        ? List.of(one, other)
                                                        : List.of(one),
                                                begins.getOrDefault(number, ""),
                                                results + results / 100,
                                                new Random(number))));
            }
            producer.get();
            for (Future<Seen> future : all) {
                Seen seen = future.get();
                assertThat(seen.counts()).hasSize(results + results / 100);
                assertThat(seen.twice()).isZero();
                assertThat(seen.gaps()).isZero();
                assertThat(seen.dropped()).isZero();
            }
        }
    }

    /** What a client has seen over all its connections. */
    private record Seen(Set<Long> counts, int twice, int gaps, long dropped) {}

    private static Seen followWithInterruptions(
            List<LiveFixture> servers, String begin, int expected, Random random) {
        Set<Long> counts = new HashSet<>();
        int twice = 0;
        int gaps = 0;
        long dropped = 0;
        String position = begin;
        while (counts.size() < expected && gaps == 0 && dropped == 0) {
            LiveFixture server = servers.get(random.nextInt(servers.size()));
            int patience = 1 + random.nextInt(1_500);
            try (TestingClient client =
                    TestingClient.connect(
                            server.http,
                            server.port(),
                            server.authenticator.token(server.tenant))) {
                client.send(
                        "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":%s}"
                                .formatted(after(position)));
                while (patience-- > 0 && counts.size() < expected) {
                    JsonNode frame = client.next();
                    switch (frame.path("type").asText()) {
                        case "next" -> {
                            twice += counts.add(countOf(frame)) ? 0 : 1;
                            dropped += frame.path("dropped").asLong();
                            position = frame.path("position").asText();
                        }
                        case "gap" -> gaps++;
                        default -> position = frame.path("position").asText();
                    }
                }
            }
        }
        return new Seen(counts, twice, gaps, dropped);
    }

    @Test
    void disconnectsWhoDoesNotReadItsAlertsAndLetsItGoOn() throws Exception {
        try (LiveFixture live = new LiveFixture(BACKENDS, PATIENT);
                RawClient slow = live.connectRaw()) {
            slow.send(
                    "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":"
                            + "{\"kinds\":[\"alerts\"],\"snapshot\":false}}");
            await().until(() -> live.hub.subscriptions() == 1);
            AlertId alert = new AlertId(UUID.randomUUID());
            int sent = 0;
            while (live.hub.statistics().closedSlow() == 0) {
                sent++;
                live.results.send(
                        Transitions.of(
                                        live.tenant,
                                        alert,
                                        "{\"host\":\"%s-%d\"}".formatted("x".repeat(4_000), sent),
                                        START)
                                .to(FIRING));
            }
            Set<String> seen = new HashSet<>();
            String position = "";
            RawClient.Frame frame = slow.read();
            while (frame.opcode() != RawClient.CLOSE) {
                if (frame.opcode() == RawClient.TEXT) {
                    JsonNode message = Json.mapper().readTree(frame.text());
                    position = message.path("position").asText(position);
                    assertThat(message.has("dropped")).isFalse();
                    if (message.path("type").asText().equals("next")) {
                        seen.add(message.at("/payload/alert/instance").asText());
                    }
                }
                frame = slow.read();
            }
            assertThat(frame.closeCode()).isEqualTo(3008);
            assertThat(seen.size()).isLessThan(sent);

            try (TestingClient client = live.connect()) {
                client.send(
                        "{\"type\":\"subscribe\",\"id\":\"1\",\"payload\":"
                                + "{\"kinds\":[\"alerts\"],\"after\":\"%s\"}}".formatted(position));
                for (JsonNode message = client.next();
                        message.path("type").asText().equals("next");
                        message = client.next()) {
                    assertThat(seen.add(message.at("/payload/alert/instance").asText())).isTrue();
                }
            }
            assertThat(seen).hasSize(sent);
        }
    }

    @Test
    void tellsOfTheGapWhereKafkaHasDeletedSomething() throws Exception {
        KafkaConfig kafka = BACKENDS.kafka();
        try (LiveFixture live = new LiveFixture(BACKENDS, kafka, LiveFixture.OPTIONS, FORGETFUL)) {
            String position;
            try (TestingClient client = live.connect()) {
                position =
                        client.ask("1", "{\"stream\":\"metrics\",\"snapshot\":false}")
                                .path("position")
                                .asText();
            }
            Map<TopicPartition, Long> ends = new HashMap<>();
            for (int i = 0; i < 200; i++) {
                RecordMetadata record = live.results.send(aggregate(live, i));
                ends.put(
                        new TopicPartition(record.topic(), record.partition()),
                        record.offset() + 1);
            }
            deleteBefore(kafka, ends);
            send(live, 1_000);

            try (TestingClient client = live.connect()) {
                JsonNode gap = client.ask("1", after(position));

                assertThat(gap.path("type").asText()).isEqualTo("gap");
                assertThat(gap.at("/payload/reason").asText()).isEqualTo("expired");
                assertThat(Instant.parse(gap.at("/payload/from").asText()))
                        .isBeforeOrEqualTo(Instant.parse(gap.at("/payload/to").asText()));
                assertThat(countOf(client.next())).isEqualTo(1_000);
                assertThat(client.next().path("type").asText()).isEqualTo("synced");
            }
        }
    }

    @Test
    void hasNoGapBehindALongQuietTimeThoughKafkaHasDeletedWhatWasWrittenMeanwhile()
            throws Exception {
        KafkaConfig kafka = BACKENDS.kafka();
        try (LiveFixture live = new LiveFixture(BACKENDS, kafka, LiveFixture.OPTIONS, FORGETFUL)) {
            String joined;
            String moved;
            Map<TopicPartition, Long> ends = new HashMap<>();
            try (TestingClient client = live.connect()) {
                joined = client.ask("quiet", QUIET).path("position").asText();
                moved = joined;
                client.ask("busy", "{\"stream\":\"metrics\",\"snapshot\":false}");
                for (int i = 0; i < 200; i++) {
                    RecordMetadata record = live.results.send(aggregate(live, i));
                    ends.put(
                            new TopicPartition(record.topic(), record.partition()),
                            record.offset() + 1);
                }
                int busy = 0;
                int pings = 0;
                while (busy < 200 || pings < 2) { // and so what was due then has come
                    JsonNode frame = client.nextOfAll();
                    switch (frame.path("type").asText()) {
                        case "position" -> {
                            assertThat(frame.path("id").asText()).isEqualTo("quiet");
                            moved = frame.path("position").asText();
                        }
                        case "ping" -> pings += busy < 200 ? 0 : 1;
                        default -> busy++;
                    }
                }
            }
            deleteBefore(kafka, ends);
            send(live, 1_000); // of another host

            try (TestingClient client = live.connect()) {
                assertThat(client.ask("old", quietAfter(joined)).path("type").asText())
                        .isEqualTo("gap");
                assertThat(client.next().path("type").asText()).isEqualTo("synced");
                assertThat(client.ask("new", quietAfter(moved)).path("type").asText())
                        .isEqualTo("synced");
            }
        }
    }

    private static String quietAfter(String position) {
        return "{\"stream\":\"metrics\",\"where\":{\"host\":\"silent\"},\"after\":\"%s\"}"
                .formatted(position);
    }

    @Test
    void tellsOfTheGapWhereThereIsMoreThanIsRead() {
        ResumeOptions brief = new ResumeOptions(10, 1 << 20, 1, 1, 100, 1_000);
        try (LiveFixture live =
                        new LiveFixture(BACKENDS, BACKENDS.kafka(), LiveFixture.OPTIONS, brief);
                TestingClient client = live.connect()) {
            JsonNode synced = client.ask("1", "{\"stream\":\"metrics\",\"snapshot\":false}");
            for (int i = 0; i < 150; i++) {
                send(live, i);
            }
            for (int i = 0; i < 150; i++) {
                assertThat(countOf(client.next())).isEqualTo(i);
            }

            JsonNode gap = client.ask("2", after(synced.path("position").asText()));

            assertThat(gap.path("type").asText()).isEqualTo("gap");
            assertThat(gap.at("/payload/reason").asText()).isEqualTo("too-far");
            assertThat(client.next().path("type").asText()).isEqualTo("synced");
        }
    }

    @Test
    void refusesPositionsOfOthersAndSuchAsAreNone() {
        try (LiveFixture live = new LiveFixture(BACKENDS, LiveFixture.OPTIONS);
                TestingClient client = live.connect()) {
            JsonNode alerts = client.ask("1", "{\"kinds\":[\"alerts\"],\"snapshot\":false}");
            String foreign = alerts.path("position").asText();

            for (String position : List.of(foreign, "0:1", "", foreign + "A")) {
                JsonNode error = client.ask("2", after(position));

                assertThat(error.at("/payload/status").asInt()).isEqualTo(400);
                assertThat(error.at("/payload/errors/0/pointer").asText()).isEqualTo("#/after");
            }
            assertThat(client.ask("2", after(foreign)).at("/payload/errors/0/detail").asText())
                    .contains("of another subscription");
            JsonNode both =
                    client.ask("2", "{\"stream\":\"metrics\",\"after\":\"x\",\"snapshot\":true}");
            assertThat(both.at("/payload/errors").findValuesAsText("pointer"))
                    .containsExactlyInAnyOrder("#/after", "#/snapshot");
        }
    }

    private static void deleteBefore(KafkaConfig kafka, Map<TopicPartition, Long> ends)
            throws Exception {
        Map<TopicPartition, RecordsToDelete> deletions = new HashMap<>();
        ends.forEach((it, end) -> deletions.put(it, RecordsToDelete.beforeOffset(end)));
        try (Admin admin = KafkaClients.admin(kafka, "test")) {
            admin.deleteRecords(deletions).all().get();
        }
    }

    private static void send(LiveFixture live, long count) {
        live.results.send(aggregate(live, count));
    }

    private static Aggregate aggregate(LiveFixture live, long count) {
        return Results.aggregate(
                live.stream,
                "{\"host\":\"a\"}",
                START.plusSeconds(count),
                Duration.ofSeconds(1),
                Timing.ON_TIME,
                0,
                count);
    }

    private static String after(String position) {
        return "{\"stream\":\"metrics\",\"after\":\"%s\"}".formatted(position);
    }

    private static long countOf(JsonNode frame) {
        return frame.at("/payload/aggregate/count").asLong(-1);
    }
}
