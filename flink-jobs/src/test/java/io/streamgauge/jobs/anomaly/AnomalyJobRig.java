package io.streamgauge.jobs.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.embedded.EmbeddedKafka;
import io.streamgauge.embedded.TopicContents;
import io.streamgauge.jobs.JobOptions;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.test.util.MiniClusterWithClientResource;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The whole job on RocksDB, on two TaskManagers, between real Kafka topics. */
final class AnomalyJobRig implements AutoCloseable {

    private static final Topics TOPICS = Topics.DEFAULT;

    private final EmbeddedKafka kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final MiniClusterWithClientResource flink;

    private AnomalyJobRig(EmbeddedKafka kafka, MiniClusterWithClientResource flink) {
        this.kafka = kafka;
        this.flink = flink;
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
    }

    static AnomalyJobRig start() throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        createTopics(kafka.bootstrapServers());
        MiniClusterWithClientResource flink = cluster();
        flink.before();
        return new AnomalyJobRig(kafka, flink);
    }

    private static void createTopics(String bootstrapServers) throws Exception {
        Map<String, String> appendTime = Map.of("message.timestamp.type", "LogAppendTime");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(TOPICS.aggregates(), 3, (short) 1)
                                            .configs(appendTime),
                                    new NewTopic(TOPICS.control(), 1, (short) 1)
                                            .configs(Map.of("cleanup.policy", "compact")),
                                    new NewTopic(TOPICS.anomalies(), 2, (short) 1),
                                    new NewTopic(TOPICS.bands(), 2, (short) 1),
                                    new NewTopic(TOPICS.detectionStatus(), 1, (short) 1)
                                            .configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
    }

    private static MiniClusterWithClientResource cluster() {
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(300));
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
        return new MiniClusterWithClientResource(
                new MiniClusterResourceConfiguration.Builder()
                        .setConfiguration(configuration)
                        .setNumberTaskManagers(2)
                        .setNumberSlotsPerTaskManager(1)
                        .build());
    }

    @Override
    public void close() throws Exception {
        flink.after();
        producer.close();
        kafka.close();
    }

    /** One is lost, and another comes. */
    void replaceTaskManager() throws Exception {
        flink.getMiniCluster().terminateTaskManager(0).get(30, TimeUnit.SECONDS);
        flink.getMiniCluster().startTaskManager();
    }

    /** Starts the job. */
    void submit() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(2);
        env.setBufferTimeout(0);
        AnomalyJob.define(env, new JobOptions(kafka.bootstrapServers(), TOPICS));
        ClusterClient<?> client = flink.getClusterClient();
        JobID job = client.submitJob(env.getStreamGraph().getJobGraph()).get(60, TimeUnit.SECONDS);
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> client.getJobStatus(job).get() == JobStatus.RUNNING);
    }

    /** A record of the control topic. */
    void publish(DefinitionUpdate update) throws Exception {
        send(TOPICS.control(), update.key(), requireNonNull(update.value()), "");
    }

    /** A result; goes out with the next {@link #flush}, or before. */
    void send(Aggregate result) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        TOPICS.aggregates(),
                        result.series().toString().getBytes(UTF_8),
                        AggregateCodec.toBytes(result));
        record.headers().add(RecordHeaders.TIMING, result.timing().wireName().getBytes(UTF_8));
        var unused = producer.send(record);
    }

    /** A record, and waits until it is there. */
    void send(String topic, String key, byte[] value, String timing) throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
        record.headers().add(RecordHeaders.TIMING, timing.getBytes(UTF_8));
        producer.send(record).get(10, TimeUnit.SECONDS);
    }

    void flush() {
        producer.flush();
    }

    /** By id; one that was told twice was told the same. */
    Map<String, Anomaly> anomalies() {
        return distinct(TOPICS.anomalies(), AnomalyCodec::anomaly, it -> it.id().toString());
    }

    /** By series and window; what was told twice was the same. */
    Map<String, Band> bands() {
        return distinct(TOPICS.bands(), AnomalyCodec::band, it -> it.series() + " " + it.start());
    }

    private <T> Map<String, T> distinct(
            String topic, Function<byte[], T> reader, Function<T, String> id) {
        Map<String, T> distinct = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : read(topic)) {
            T value = reader.apply(record.value());
            T before = distinct.put(id.apply(value), value);
            assertThat(before == null || before.equals(value)).as("%s, %s", before, value).isTrue();
        }
        return distinct;
    }

    /** All that a topic has. */
    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return TopicContents.read(kafka.bootstrapServers(), topic);
    }
}
