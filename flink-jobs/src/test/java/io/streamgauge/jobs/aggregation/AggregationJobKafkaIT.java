package io.streamgauge.jobs.aggregation;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.rejection.RejectedEventCodec;
import io.streamgauge.contracts.rejection.RejectionReason;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.embedded.EmbeddedKafka;
import io.streamgauge.embedded.TopicContents;
import io.streamgauge.jobs.JobOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.apache.flink.test.util.MiniClusterWithClientResource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole job between real Kafka topics, on RocksDB, stopped with a savepoint in the middle. */
class AggregationJobKafkaIT {

    private static final Topics TOPICS = Topics.DEFAULT;
    private static final int PARTITIONS = 4;
    private static final List<Duration> WINDOWS =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(5));
    private static final StreamDefinition STREAM =
            WindowHarness.stream(
                    Duration.ofMillis(100),
                    Duration.ofSeconds(30),
                    true,
                    WINDOWS.toArray(Duration[]::new));

    @TempDir private Path savepoints;
    private EmbeddedKafka kafka;
    private KafkaProducer<byte[], byte[]> producer;
    private MiniClusterWithClientResource flink;

    private final Random random = new Random(42);
    private final Map<Window, List<Double>> expected = new HashMap<>();
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();
    private int expectedLate;

    private record Window(String dimensions, Duration size, Instant start) {}

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the test.
    AggregationJobKafkaIT() {}

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(TOPICS.events(), PARTITIONS, (short) 1)
                                            .configs(
                                                    Map.of(
                                                            "message.timestamp.type",
                                                            "LogAppendTime")),
                                    new NewTopic(TOPICS.control(), 1, (short) 1)
                                            .configs(Map.of("cleanup.policy", "compact")),
                                    new NewTopic(TOPICS.aggregates(), 2, (short) 1),
                                    new NewTopic(TOPICS.late(), 1, (short) 1)))
                    .all()
                    .get();
        }
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(500));
        flink =
                new MiniClusterWithClientResource(
                        new MiniClusterResourceConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumberTaskManagers(1)
                                .setNumberSlotsPerTaskManager(2)
                                .build());
        flink.before();
    }

    @AfterEach
    void stop() throws Exception {
        flink.after();
        producer.close();
        kafka.close();
    }

    @Test
    void givesTheResultsOfABatchComputationAcrossASavepoint() throws Exception {
        send(
                TOPICS.control(),
                0,
                new StreamDefinitionCodec.Key(STREAM.tenant(), STREAM.id()).toString(),
                StreamDefinitionCodec.toBytes(STREAM),
                Map.of());
        sendEvents(2_000); // before the job's first start: it must know the definition nevertheless
        JobID first = submit(null);
        sendEvents(2_000);
        await().atMost(60, TimeUnit.SECONDS)
                .until(
                        () -> {
                            sendHeartbeats(); // no window ends where the clock stands still
                            return !results().isEmpty();
                        });

        String savepoint =
                client().stopWithSavepoint(
                                first,
                                false,
                                savepoints.toUri().toString(),
                                SavepointFormatType.CANONICAL)
                        .get(60, TimeUnit.SECONDS);
        sendEvents(2_000);
        submit(savepoint);
        sendEvents(1_000);

        await().atMost(60, TimeUnit.SECONDS)
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(
                        () -> {
                            sendHeartbeats();
                            assertResults();
                        });
    }

    private void assertResults() {
        Map<Window, Aggregate> last = results();
        assertThat(last.keySet()).isEqualTo(expected.keySet());
        expected.forEach(
                (window, values) ->
                        WindowStateTest.assertClose(
                                Objects.requireNonNull(
                                        Objects.requireNonNull(last.get(window))
                                                .measures()
                                                .get("m")),
                                MeasureStatistics.of(
                                        values.stream()
                                                .mapToDouble(Double::doubleValue)
                                                .toArray())));
        assertThat(read(TOPICS.late()))
                .extracting(record -> RejectedEventCodec.fromBytes(record.value()).reason())
                .hasSize(expectedLate)
                .containsOnly(RejectionReason.LATE);
    }

    /** Of each window the stored result with the largest revision. */
    private Map<Window, Aggregate> results() {
        Map<Window, Aggregate> last = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(TOPICS.aggregates())) {
            Aggregate aggregate = AggregateCodec.fromBytes(record.value());
            assertThat(record.key()).isEqualTo(aggregate.series().toString().getBytes(UTF_8));
            if (aggregate.timing() != Timing.EARLY) {
                last.merge(
                        new Window(
                                aggregate.series().dimensions(),
                                aggregate.window(),
                                aggregate.start()),
                        aggregate,
                        (one, other) -> one.revision() > other.revision() ? one : other);
            }
        }
        return last;
    }

    /**
     * Events of the last two seconds, some of the last twenty, and now and then one that is too
     * old.
     */
    private void sendEvents(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            long now = System.currentTimeMillis();
            int kind = random.nextInt(50);
            long age =
                    kind == 0
                            ? 3_600_000
                            : kind < 5 ? random.nextInt(20_000) : random.nextInt(2_000);
            String host = "h" + random.nextInt(5);
            double value = random.nextInt(1_000) - 200;
            String json = "{\"at\":%d,\"host\":\"%s\",\"m\":%s}".formatted(now - age, host, value);
            String dimensions = "{\"host\":\"" + host + "\"}";
            if (kind == 0) {
                expectedLate++;
            } else {
                for (Duration size : WINDOWS) {
                    long start = Math.floorDiv(now - age, size.toMillis()) * size.toMillis();
                    expected.computeIfAbsent(
                                    new Window(dimensions, size, Instant.ofEpochMilli(start)),
                                    window -> new ArrayList<>())
                            .add(value);
                }
            }
            send(
                    TOPICS.events(),
                    Math.floorMod(host.hashCode(), PARTITIONS),
                    STREAM.tenant() + "/" + STREAM.id() + "/" + dimensions,
                    json.getBytes(UTF_8),
                    Map.of(
                            RecordHeaders.TENANT, STREAM.tenant().value(),
                            RecordHeaders.STREAM, STREAM.id().toString(),
                            RecordHeaders.DEFINITION_VERSION, "1",
                            RecordHeaders.ARRIVAL, Long.toString(now)));
        }
        awaitAcknowledged();
        sendHeartbeats();
    }

    private void sendHeartbeats() throws Exception {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            send(
                    TOPICS.events(),
                    partition,
                    null,
                    null,
                    Map.of(
                            RecordHeaders.KIND,
                            RecordHeaders.HEARTBEAT,
                            RecordHeaders.ARRIVAL,
                            Long.toString(System.currentTimeMillis())));
        }
        awaitAcknowledged();
    }

    private void awaitAcknowledged() throws Exception {
        for (Future<RecordMetadata> acknowledgement : sent) {
            acknowledgement.get(10, TimeUnit.SECONDS);
        }
        sent.clear();
    }

    private void send(
            String topic,
            int partition,
            @Nullable String key,
            byte @Nullable [] value,
            Map<String, String> headers) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topic, partition, key == null ? null : key.getBytes(UTF_8), value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        sent.add(producer.send(record));
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return TopicContents.read(kafka.bootstrapServers(), topic);
    }

    private JobID submit(@Nullable String savepoint) throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(2);
        AggregationJob.define(env, new JobOptions(kafka.bootstrapServers(), TOPICS));
        StreamGraph graph = env.getStreamGraph();
        if (savepoint != null) {
            graph.setSavepointRestoreSettings(SavepointRestoreSettings.forPath(savepoint));
        }
        JobID job = client().submitJob(graph.getJobGraph()).get(60, TimeUnit.SECONDS);
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> client().getJobStatus(job).get() == JobStatus.RUNNING);
        return job;
    }

    private ClusterClient<?> client() {
        return flink.getClusterClient();
    }
}
