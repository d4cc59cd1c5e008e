package io.streamgauge.jobs.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.detection.SeriesDetector;
import io.streamgauge.detection.Verdict;
import io.streamgauge.embedded.EmbeddedKafka;
import io.streamgauge.jobs.JobOptions;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The whole job on RocksDB between real Kafka topics, with the loss of a TaskManager. */
class AnomalyJobKafkaIT {

    private static final Topics TOPICS = Topics.DEFAULT;
    private static final int WINDOWS = 300;
    private static final List<String> HOSTS = List.of("a", "b", "c", "d", "e");

    private final Instant start = Instant.ofEpochSecond(Instant.now().getEpochSecond() - WINDOWS);
    private EmbeddedKafka kafka;
    private KafkaProducer<byte[], byte[]> producer;
    private MiniClusterWithClientResource flink;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before the test.
    AnomalyJobKafkaIT() {}

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        Map<String, String> appendTime = Map.of("message.timestamp.type", "LogAppendTime");
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
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
        producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        Configuration configuration = new Configuration();
        configuration.set(StateBackendOptions.STATE_BACKEND, "rocksdb");
        configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(300));
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
                                .setNumberTaskManagers(2)
                                .setNumberSlotsPerTaskManager(1)
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
    void scoresEveryWindowOnceAndTellsWhatADetectorAloneWouldTell() throws Exception {
        StreamDefinition stream = Streams.stream(Duration.ofSeconds(1), Duration.ofSeconds(10));
        send(
                TOPICS.control(),
                new StreamDefinitionCodec.Key(stream.tenant(), stream.id()).toString(),
                StreamDefinitionCodec.toBytes(stream),
                "");
        sendWindows(0, WINDOWS / 2); // before the job's first start
        submit();
        await().atMost(60, TimeUnit.SECONDS).until(() -> bands().size() > WINDOWS);
        flink.getMiniCluster().terminateTaskManager(0).get(30, TimeUnit.SECONDS);
        flink.getMiniCluster().startTaskManager();
        sendWindows(WINDOWS / 2 - 10, WINDOWS); // the aggregation job repeats some, too

        await().atMost(120, TimeUnit.SECONDS).until(() -> bands().size() == HOSTS.size() * WINDOWS);
        assertThat(anomalies()).containsExactlyEntriesOf(expected()).isNotEmpty();
    }

    @Test
    void modelsAreSwappedWhileWindowsComeAndEachIsScoredOnce() throws Exception {
        publish(Agreeing.defined(Agreeing.MEASURES));
        submit();
        int number = sendUntil(0, 0);
        publish(Agreeing.published(1, Agreeing.model(1).toBytes()));
        number = sendUntil(number, 1);
        publish(Agreeing.published(2, Agreeing.model(2).toBytes()));
        number = sendUntil(number, 2);
        publish(Agreeing.published(3, new byte[] {1, 2, 3}));
        number = sendUntil(number, 0);
        publish(Agreeing.published(4, Agreeing.model(4).toBytes()));
        number = sendUntil(number, 4);

        int windows = number;
        await().atMost(60, TimeUnit.SECONDS).until(() -> bands().size() == HOSTS.size() * windows);
        assertThat(read(TOPICS.bands())).hasSize(HOSTS.size() * windows);
        for (String host : HOSTS) {
            List<Long> versions =
                    bands().values().stream()
                            .filter(it -> it.series().equals(series(host)))
                            .sorted(Comparator.comparing(Band::start))
                            .map(AnomalyJobKafkaIT::version)
                            .toList();
            List<Long> changes = new ArrayList<>();
            versions.forEach(
                    it -> {
                        if (changes.isEmpty() || !changes.getLast().equals(it)) {
                            changes.add(it);
                        }
                    });
            assertThat(changes).containsExactly(0L, 1L, 2L, 0L, 4L);
        }
        List<String> statuses =
                read(TOPICS.detectionStatus()).stream()
                        .map(it -> new String(it.value(), UTF_8))
                        .toList();
        assertThat(statuses)
                .anyMatch(
                        it -> it.contains("\"state\":\"refused\"") && it.contains("\"version\":3"))
                .anyMatch(
                        it -> it.contains("\"state\":\"active\"") && it.contains("\"version\":4"));
    }

    /** Sends windows until each series' last one was judged by a version; 0 is no model. */
    private int sendUntil(int from, long version) {
        AtomicInteger number = new AtomicInteger(from);
        await().atMost(60, TimeUnit.SECONDS)
                .until(
                        () -> {
                            int next = number.getAndIncrement();
                            for (String host : HOSTS) {
                                sendAgreeing(host, next);
                            }
                            producer.flush();
                            Map<SeriesKey, Band> last = new HashMap<>();
                            bands().values()
                                    .forEach(
                                            it ->
                                                    last.merge(
                                                            it.series(),
                                                            it,
                                                            AnomalyJobKafkaIT::later));
                            return last.size() == HOSTS.size()
                                    && last.values().stream()
                                            .allMatch(it -> version(it) == version);
                        });
        return number.get();
    }

    private static Band later(Band one, Band other) {
        return one.start().isAfter(other.start()) ? one : other;
    }

    private static long version(Band band) {
        return band.combination().map(Band.Combination::model).orElse(0L);
    }

    private void publish(DefinitionUpdate update) throws Exception {
        send(TOPICS.control(), update.key(), requireNonNull(update.value()), "");
    }

    private void sendAgreeing(String host, int number) {
        TreeMap<String, MeasureStatistics> measures = new TreeMap<>();
        Agreeing.usual(number).forEach((name, it) -> measures.put(name, MeasureStatistics.of(it)));
        Duration window = Duration.ofMillis(DetectionHarness.WINDOW);
        send(
                new Aggregate(
                        series(host),
                        Instant.ofEpochMilli(
                                DetectionHarness.ORIGIN + number * DetectionHarness.WINDOW),
                        window,
                        Timing.ON_TIME,
                        0,
                        1,
                        measures));
    }

    /** What one detector for each series says, one window after the other. */
    private Map<String, Anomaly> expected() {
        Map<String, Anomaly> expected = new TreeMap<>();
        for (String host : HOSTS) {
            StoredDetector detector = StoredDetector.create(1_000);
            SeriesDetector scoring = detector.detector();
            for (int number = 0; number < WINDOWS; number++) {
                SeriesPoint point =
                        new SeriesPoint(
                                series(host).toString(),
                                start.plusSeconds(number).toEpochMilli(),
                                1_000,
                                0,
                                1,
                                new String[] {"m"},
                                new double[] {value(host, number)});
                Verdict verdict = scoring.observe(point.start(), point.values()[0]);
                if (verdict.score() >= DetectionSettings.DEFAULT_THRESHOLD
                        && (verdict.peak()
                                || detector.wasSilentFor(
                                        AnomalyDetection.REMINDER_MILLIS, point.start()))) {
                    detector.told(point.start());
                    Anomaly anomaly = Verdicts.anomaly(verdict, series(host), "m", point, 0);
                    expected.put(anomaly.id().toString(), anomaly);
                }
            }
        }
        return expected;
    }

    private static double value(String host, int number) {
        if (number == WINDOWS * 2 / 3 && !host.equals("a")) {
            return 500 * host.charAt(0);
        }
        return DetectionHarness.usual(number * 31L + host.charAt(0));
    }

    private static SeriesKey series(String host) {
        return new SeriesKey(
                DetectionHarness.SERIES.tenant(),
                DetectionHarness.SERIES.stream(),
                "{\"host\":\"" + host + "\"}");
    }

    private void sendWindows(int from, int to) throws Exception {
        for (int number = from; number < to; number++) {
            for (String host : HOSTS) {
                for (Timing timing : Timing.values()) {
                    double value = value(host, number) + (timing == Timing.ON_TIME ? 0 : 1_000);
                    int revision = timing == Timing.LATE ? 1 : 0;
                    sendResult(host, number, Duration.ofSeconds(1), timing, revision, value);
                }
                sendResult(host, number, Duration.ofSeconds(10), Timing.ON_TIME, 0, 7);
            }
        }
        send(TOPICS.aggregates(), series("a").toString(), "{".getBytes(UTF_8), "on-time");
        producer.flush();
    }

    private void sendResult(
            String host, int number, Duration window, Timing timing, int revision, double value) {
        Aggregate result =
                new Aggregate(
                        series(host),
                        start.plusSeconds(number),
                        window,
                        timing,
                        revision,
                        1,
                        new TreeMap<>(Map.of("m", MeasureStatistics.of(value))));
        send(result);
    }

    private void send(Aggregate result) {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(
                        TOPICS.aggregates(),
                        result.series().toString().getBytes(UTF_8),
                        AggregateCodec.toBytes(result));
        record.headers().add(RecordHeaders.TIMING, result.timing().wireName().getBytes(UTF_8));
        var unused = producer.send(record);
    }

    private void send(String topic, String key, byte[] value, String timing) throws Exception {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, key.getBytes(UTF_8), value);
        record.headers().add(RecordHeaders.TIMING, timing.getBytes(UTF_8));
        producer.send(record).get(10, TimeUnit.SECONDS);
    }

    private void submit() throws Exception {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        env.setParallelism(2);
        env.setBufferTimeout(0);
        AnomalyJob.define(env, new JobOptions(kafka.bootstrapServers(), TOPICS));
        ClusterClient<?> client = flink.getClusterClient();
        JobID job = client.submitJob(env.getStreamGraph().getJobGraph()).get(60, TimeUnit.SECONDS);
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> client.getJobStatus(job).get() == JobStatus.RUNNING);
    }

    /** By id; one that was told twice was told the same. */
    private Map<String, Anomaly> anomalies() {
        return distinct(TOPICS.anomalies(), AnomalyCodec::anomaly, it -> it.id().toString());
    }

    private Map<String, Band> bands() {
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

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        Map.of("bootstrap.servers", kafka.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream()
                    .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
        }
        return records;
    }
}
