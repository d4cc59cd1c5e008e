package io.streamgauge.local.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.client.LiveResult;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The composition that {@code streamgauge up} boots, compared with a plain batch computation. */
@SuppressWarnings("NullAway.Init") // JUnit calls start before the tests.
class EndToEndIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SPECIFICATION =
            """
            {"name":"%s","fields":[
              {"name":"at","type":"timestamp","role":"timestamp"},
              {"name":"host","type":"string","role":"dimension"},
              {"name":"up","type":"boolean","role":"dimension","required":false},
              {"name":"load","type":"number","role":"measure"},
              {"name":"bytes","type":"number","role":"measure"},
              {"name":"note","type":"string","role":"attribute"}],
             "windows":["1s","5s","10s"],"outOfOrderness":"200ms","allowedLateness":"5m"}
            """;

    private static LocalStack stack;
    private static ApiClient api;
    private static String token;

    @BeforeAll
    static void start(@TempDir Path dataDir) throws Exception {
        stack = LocalStack.start(LocalStackOptions.onFreePorts(dataDir));
        token = stack.tokens().issue("test", LocalStack.DEMO, Set.of("admin"), Duration.ofHours(1));
        api = new ApiClient(stack.apiUrl(), token);
    }

    @AfterAll
    static void stop() {
        api.close();
        stack.close();
    }

    @Test
    void everyResultEqualsABatchComputationOfTheEventsThatWereSent() throws Exception {
        String stream = api.createStream(SPECIFICATION.formatted("generated")).path("id").asText();
        Traffic traffic = new Traffic(stream);
        try (Frames frames = Frames.subscribe("generated", ",\"timings\":[\"on-time\",\"late\"]")) {
            Instant from = Instant.now().minusSeconds(60);

            for (int round = 0; round < 20; round++) {
                traffic.overHttp(100);
                traffic.overKafka(50);
            }

            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(250))
                    .untilAsserted(
                            () -> {
                                List<Aggregate> stored = new ArrayList<>();
                                for (String window : List.of("1s", "5s", "10s")) {
                                    stored.addAll(
                                            api.aggregates(
                                                    stream,
                                                    window,
                                                    from,
                                                    Instant.now().plusSeconds(60)));
                                }
                                traffic.oracle.assertEquals(stored);
                            });
            await().atMost(PATIENCE)
                    .untilAsserted(() -> traffic.oracle.assertEquals(frames.aggregates));
            assertRejections(stream, traffic.rejectedInJob);
        }
    }

    @Test
    void aStreamIsCountedFromItsCreationOnAndItsChangeFromThenOn() throws Exception {
        String specification = SPECIFICATION.formatted("changing");
        api.createStream(specification);
        try (Frames frames = Frames.subscribe("changing", "")) {
            api.ingest(
                    "changing",
                    "application/json",
                    "[{\"at\":%d,\"host\":\"a\",\"load\":1}]".formatted(now()));
            await().atMost(PATIENCE).until(() -> !frames.aggregates.isEmpty());

            String more = "{\"name\":\"more\",\"type\":\"number\",\"role\":\"measure\"}";
            api.changeStream(
                    "changing",
                    specification
                            .replace("\"5s\"", "\"7s\"")
                            .replace("],\n \"windows", "," + more + "],\n \"windows"));
            api.ingest(
                    "changing",
                    "application/json",
                    "[{\"at\":%d,\"host\":\"a\",\"load\":1,\"more\":2}]".formatted(now()));
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    frames.aggregates.stream()
                                            .anyMatch(
                                                    aggregate ->
                                                            aggregate
                                                                            .window()
                                                                            .equals(
                                                                                    Duration
                                                                                            .ofSeconds(
                                                                                                    7))
                                                                    && aggregate
                                                                            .measures()
                                                                            .containsKey("more")));
        }
    }

    @Test
    void anOpenWindowIsReportedBeforeItCloses() throws Exception {
        api.createStream(SPECIFICATION.formatted("early"));
        try (Frames frames =
                Frames.subscribe("early", ",\"timings\":[\"early\"],\"windows\":[\"10s\"]")) {
            api.ingest(
                    "early",
                    "application/json",
                    "[{\"at\":%d,\"host\":\"a\",\"load\":7}]".formatted(now()));

            await().atMost(PATIENCE).until(() -> !frames.aggregates.isEmpty());
            assertThat(frames.aggregates.peek())
                    .satisfies(
                            aggregate -> {
                                assertThat(aggregate.timing()).isEqualTo(Timing.EARLY);
                                assertThat(aggregate.window()).isEqualTo(Duration.ofSeconds(10));
                                assertThat(aggregate.end()).isAfter(Instant.now().minusSeconds(10));
                            });
        }
    }

    @Test
    void aBadBatchKeepsItsGoodHalfAndNamesTheBadOne() throws Exception {
        api.createStream(SPECIFICATION.formatted("half-bad"));

        JsonNode answer =
                api.ingest(
                        "half-bad",
                        "application/x-ndjson",
                        "{\"at\":%1$d,\"host\":\"a\"}\n{\"at\":%1$d}\nnonsense\n{\"at\":%1$d,\"host\":\"b\"}\n"
                                .formatted(now()));

        assertThat(answer.path("accepted").asInt()).isEqualTo(2);
        assertThat(answer.path("rejected").asInt()).isEqualTo(2);
        assertThat(answer.path("errors").findValuesAsText("line")).containsExactly("2", "3");
        assertThat(answer.at("/errors/0/errors/0/pointer").asText()).isEqualTo("#/host");
    }

    @Test
    void whatOneTenantSendsReachesNoOther() throws Exception {
        String stream = api.createStream(SPECIFICATION.formatted("private")).path("id").asText();
        try (Frames frames = Frames.subscribe("private", "");
                KafkaProducer<byte[], byte[]> producer = producer()) {
            // Another tenant, by name and by id: the header decides, and it is not demo.
            for (String name : List.of("private", stream)) {
                ProducerRecord<byte[], byte[]> foreign =
                        record(
                                "intruder",
                                name,
                                "{\"at\":%d,\"host\":\"x\",\"load\":1}".formatted(now()));
                producer.send(foreign).get();
            }
            api.ingest(
                    "private",
                    "application/json",
                    "[{\"at\":%d,\"host\":\"a\",\"load\":1}]".formatted(now()));

            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    frames.aggregates.stream()
                                            .anyMatch(a -> a.timing() == Timing.ON_TIME));
            assertThat(frames.aggregates)
                    .extracting(aggregate -> aggregate.series().dimensions())
                    .containsOnly("{\"host\":\"a\"}");
        }
    }

    private static void assertRejections(String stream, Map<String, Integer> expected) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> {
                            JsonNode counts =
                                    api.get(
                                                    "/api/v1/streams/"
                                                            + stream
                                                            + "/rejected-events?limit=1")
                                            .path("counts");
                            Map<String, Integer> actual = new HashMap<>();
                            counts.properties()
                                    .forEach(e -> actual.put(e.getKey(), e.getValue().asInt()));
                            assertThat(actual).isEqualTo(expected);
                        });
    }

    private static long now() {
        return System.currentTimeMillis();
    }

    private static KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", stack.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private static ProducerRecord<byte[], byte[]> record(
            String tenant, String stream, String json) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(Topics.DEFAULT.events(), json.getBytes(UTF_8));
        record.headers().add(RecordHeaders.TENANT, tenant.getBytes(UTF_8));
        record.headers().add(RecordHeaders.STREAM, stream.getBytes(UTF_8));
        return record;
    }

    /** Events out of order, late, doubled and malformed, by both ways in. */
    private static final class Traffic {

        private final Random random = new Random(7);
        private final BatchOracle oracle =
                new BatchOracle(
                        Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(10));
        private final Map<String, Integer> rejectedInJob = new HashMap<>();
        private final String stream;

        Traffic(String stream) {
            this.stream = stream;
        }

        void overHttp(int count) throws Exception {
            List<String> events = new ArrayList<>();
            int malformed = 0;
            for (int i = 0; i < count; i++) {
                if (random.nextInt(20) == 0) {
                    events.add("{\"at\":%d,\"host\":5,\"load\":\"x\"}".formatted(now()));
                    malformed++;
                } else {
                    events.addAll(event());
                }
            }
            JsonNode answer =
                    switch (random.nextInt(3)) {
                        case 0 -> api.ingest("generated", "application/json", events.toString());
                        case 1 ->
                                api.ingest(
                                        "generated",
                                        "application/x-ndjson",
                                        String.join("\n", events) + "\n");
                        default ->
                                api.ingestCompressed(
                                        "generated",
                                        "application/x-ndjson",
                                        String.join("\r\n", events));
                    };
            assertThat(answer.path("accepted").asInt())
                    .as("%s", answer)
                    .isEqualTo(events.size() - malformed);
            assertThat(answer.path("rejected").asInt()).isEqualTo(malformed);
        }

        void overKafka(int count) throws Exception {
            try (KafkaProducer<byte[], byte[]> producer = producer()) {
                for (int i = 0; i < count; i++) {
                    if (random.nextInt(20) == 0) {
                        producer.send(record("demo", stream, "{\"host\":[]}")).get();
                        rejectedInJob.merge("invalid", 1, Integer::sum);
                    } else {
                        for (String event : event()) {
                            producer.send(
                                            record(
                                                    "demo",
                                                    random.nextBoolean() ? stream : "generated",
                                                    event))
                                    .get();
                        }
                    }
                }
            }
        }

        /** One event, or the same one twice. */
        private List<String> event() {
            int kind = random.nextInt(40);
            long age =
                    switch (kind) {
                        case 0 -> 3_600_000; // later than the allowed lateness
                        case 1 -> -3_600_000; // in the future beyond the tolerance
                        case 2, 3, 4, 5 -> random.nextInt(20_000);
                        default -> random.nextInt(1_500);
                    };
            long timestamp = now() - age;
            ObjectNode event = Json.mapper().createObjectNode();
            if (random.nextBoolean()) {
                event.put("at", timestamp);
            } else {
                event.put("at", Instant.ofEpochMilli(timestamp).toString());
            }
            String host = "host \"" + random.nextInt(6) + "\" é";
            event.put("host", host);
            String dimensions = "{\"host\":" + Json.mapper().getNodeFactory().textNode(host) + "}";
            if (random.nextInt(4) == 0) {
                boolean up = random.nextBoolean();
                event.put("up", up);
                dimensions = dimensions.replace("}", ",\"up\":\"" + up + "\"}");
            }
            Map<String, Double> measures = new HashMap<>();
            if (random.nextInt(10) > 0) {
                measures.put("load", random.nextGaussian() * 10);
            }
            if (random.nextInt(3) > 0) {
                measures.put("bytes", (double) random.nextInt(1_000_000_000));
            }
            measures.forEach(event::put);
            event.put("note", "n");
            int times = random.nextInt(15) == 0 ? 2 : 1;
            for (int i = 0; i < times; i++) {
                switch (kind) {
                    case 0 -> rejectedInJob.merge("late", 1, Integer::sum);
                    case 1 -> rejectedInJob.merge("future", 1, Integer::sum);
                    default -> oracle.add(new BatchOracle.Sent(timestamp, dimensions, measures));
                }
            }
            return Collections.nCopies(times, event.toString());
        }
    }

    /** A subscription that keeps what it gets. */
    private static final class Frames implements AutoCloseable {

        private final Queue<Aggregate> aggregates = new ConcurrentLinkedQueue<>();
        private final JoinedSubscription subscription;

        private Frames(String stream, String rest) throws IOException {
            subscription =
                    JoinedSubscription.of(
                            stack.apiUrl(),
                            token,
                            "{\"stream\":\"%s\",\"kinds\":[\"aggregates\"]%s}"
                                    .formatted(stream, rest),
                            this::take);
        }

        static Frames subscribe(String stream, String rest) throws IOException {
            return new Frames(stream, rest);
        }

        private void take(LiveResult result) {
            try {
                aggregates.add(
                        AggregateCodec.fromBytes(Json.mapper().writeValueAsBytes(result.value())));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            subscription.close();
        }
    }
}
