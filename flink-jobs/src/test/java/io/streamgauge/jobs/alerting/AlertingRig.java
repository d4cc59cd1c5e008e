package io.streamgauge.jobs.alerting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.JobClockCodec;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.alert.RuleStatusCodec;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.embedded.EmbeddedKafka;
import io.streamgauge.embedded.TopicContents;
import io.streamgauge.jobs.JobOptions;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.client.program.ClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
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

/** The alerting job on RocksDB between real Kafka topics, and what a gateway would send. */
final class AlertingRig implements AutoCloseable {

    static final Topics TOPICS = Topics.DEFAULT;
    static final int PARTITIONS = 4;
    static final int TASK_MANAGERS = 2;

    private final EmbeddedKafka kafka;
    private final KafkaProducer<byte[], byte[]> producer;
    private final MiniClusterWithClientResource flink;
    private final List<Future<RecordMetadata>> sent = new ArrayList<>();

    /** Where a record went, and when. */
    record Sent(int partition, long offset, long timestamp) {}

    AlertingRig() throws Exception {
        kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        Map<String, String> appendTime = Map.of("message.timestamp.type", "LogAppendTime");
        Map<String, String> compacted = Map.of("cleanup.policy", "compact");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(TOPICS.events(), PARTITIONS, (short) 1)
                                            .configs(appendTime),
                                    new NewTopic(TOPICS.control(), 1, (short) 1).configs(compacted),
                                    new NewTopic(TOPICS.alerts(), 2, (short) 1),
                                    new NewTopic(TOPICS.alertStatus(), 1, (short) 1)
                                            .configs(compacted),
                                    new NewTopic(TOPICS.anomalies(), 1, (short) 1),
                                    new NewTopic(TOPICS.queries(), 1, (short) 1),
                                    new NewTopic(TOPICS.answers(), 1, (short) 1)))
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
        configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
        configuration.set(
                RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(100));
        configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(128));
        flink =
                new MiniClusterWithClientResource(
                        new MiniClusterResourceConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumberTaskManagers(TASK_MANAGERS)
                                .setNumberSlotsPerTaskManager(2)
                                .build());
        flink.before();
    }

    JobID submit() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(2);
        env.setBufferTimeout(0);
        AlertingJob.define(env, new JobOptions(kafka.bootstrapServers(), TOPICS));
        StreamGraph graph = env.getStreamGraph();
        JobID job = client().submitJob(graph.getJobGraph()).get(60, TimeUnit.SECONDS);
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> client().getJobStatus(job).get() == JobStatus.RUNNING);
        return job;
    }

    ClusterClient<?> client() {
        return flink.getClusterClient();
    }

    /** Why the job was last restarted; empty where it was not. */
    Optional<String> failure(JobID job) throws Exception {
        return Optional.ofNullable(
                        flink.getMiniCluster()
                                .getExecutionGraph(job)
                                .get(30, TimeUnit.SECONDS)
                                .getFailureInfo())
                .map(ErrorInfo::getExceptionAsString);
    }

    /** Ends a TaskManager, without a farewell, and starts another. */
    void loseATaskManager() throws Exception {
        flink.getMiniCluster().terminateTaskManager(0).get(30, TimeUnit.SECONDS);
        flink.getMiniCluster().startTaskManager();
    }

    /** Writes to the control topic; gives the time from which on it is in force. */
    long define(DefinitionUpdate update) throws Exception {
        Sent written = send(TOPICS.control(), 0, update.key(), update.value(), Map.of());
        return written.timestamp() + RuleDesk.EFFECT_DELAY_MILLIS;
    }

    /** Writes to the control topic as if it were the update's time. */
    void defineAsOf(DefinitionUpdate update) throws Exception {
        RecordMetadata unused =
                producer.send(
                                new ProducerRecord<>(
                                        TOPICS.control(),
                                        0,
                                        update.timestamp(),
                                        update.key().getBytes(UTF_8),
                                        update.value()))
                        .get(10, TimeUnit.SECONDS);
    }

    /** Sends an event with an arrival that is not in the future. */
    Future<RecordMetadata> event(
            StreamDefinition stream, int partition, String json, long arrival) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(TOPICS.events(), partition, null, json.getBytes(UTF_8));
        record.headers().add(RecordHeaders.TENANT, stream.tenant().value().getBytes(UTF_8));
        record.headers().add(RecordHeaders.STREAM, stream.id().toString().getBytes(UTF_8));
        record.headers().add(RecordHeaders.DEFINITION_VERSION, "1".getBytes(UTF_8));
        record.headers().add(RecordHeaders.ARRIVAL, Long.toString(arrival).getBytes(UTF_8));
        return producer.send(record);
    }

    /** Lets the clock reach the present. */
    void heartbeats() throws Exception {
        heartbeats(System.currentTimeMillis());
    }

    /** Lets the clock reach a time that is not in the future. */
    void heartbeats(long arrival) throws Exception {
        String now = Long.toString(arrival);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>(TOPICS.events(), partition, null, (byte[]) null);
            record.headers()
                    .add(RecordHeaders.KIND, RecordHeaders.HEARTBEAT.getBytes(UTF_8))
                    .add(RecordHeaders.ARRIVAL, now.getBytes(UTF_8));
            sent.add(producer.send(record));
        }
        for (Future<RecordMetadata> acknowledgement : sent) {
            acknowledgement.get(10, TimeUnit.SECONDS);
        }
        sent.clear();
    }

    Sent send(
            String topic,
            int partition,
            @Nullable String key,
            byte @Nullable [] value,
            Map<String, String> headers)
            throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        topic, partition, key == null ? null : key.getBytes(UTF_8), value);
        headers.forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
        RecordMetadata metadata = producer.send(record).get(10, TimeUnit.SECONDS);
        return new Sent(metadata.partition(), metadata.offset(), metadata.timestamp());
    }

    /** All transitions so far, repetitions among them. */
    List<AlertTransition> transitions() throws InvalidInputException {
        List<AlertTransition> transitions = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(TOPICS.alerts())) {
            transitions.add(AlertTransitionCodec.fromBytes(record.value()));
        }
        return transitions;
    }

    List<RuleStatus> statuses() throws InvalidInputException {
        List<RuleStatus> statuses = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : read(TOPICS.alertStatus())) {
            if (record.value() != null && !JobClockCodec.isKey(new String(record.key(), UTF_8))) {
                statuses.add(RuleStatusCodec.fromBytes(record.value()));
            }
        }
        return statuses;
    }

    List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        return TopicContents.read(kafka.bootstrapServers(), topic);
    }

    @Override
    public void close() throws Exception {
        flink.after();
        producer.close();
        kafka.close();
    }
}
