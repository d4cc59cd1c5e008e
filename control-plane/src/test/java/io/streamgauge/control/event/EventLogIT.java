package io.streamgauge.control.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.TopicReader;
import io.streamgauge.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class EventLogIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final IngestConfig INGEST = new IngestConfig(1 << 20, Duration.ofMillis(20));

    private final StreamDefinition definition = definition();
    private final EventAddress address = new EventAddress(definition);

    @Test
    void neverLetsStampsGoBackWithinAPartition() throws Exception {
        KafkaConfig config = BACKENDS.kafka();
        TopicProvisioner.provision(config);
        // A wall clock that is set back all the time.
        InstantSource jumping =
                () -> Instant.now().plusMillis(ThreadLocalRandom.current().nextLong(-5_000, 5_000));
        int threads = 16;
        int eventsEach = 500;
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch answered = new CountDownLatch(threads * eventsEach);

        try (EventLog log = EventLog.open(config, INGEST, jumping);
                ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < threads; t++) {
                int thread = t;
                senders.execute(
                        () -> {
                            for (int i = 0; i < eventsEach; i++) {
                                log.append(
                                        address,
                                        "series-" + i % 20,
                                        "{\"thread\":%d,\"i\":%d}"
                                                .formatted(thread, i)
                                                .getBytes(UTF_8),
                                        failure -> {
                                            failure.ifPresent(failures::add);
                                            answered.countDown();
                                        });
                            }
                        });
            }
            answered.await();
        }

        List<ConsumerRecord<byte[], byte[]>> records =
                TopicReader.all(config, config.topics().events());
        Map<Integer, Long> lastStamp = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            long stamp = stamp(record);
            assertThat(stamp)
                    .isGreaterThanOrEqualTo(lastStamp.getOrDefault(record.partition(), 0L));
            lastStamp.put(record.partition(), stamp);
        }
        assertThat(lastStamp).hasSize(3);
        assertThat(failures).isEmpty();
        assertThat(records.stream().filter(record -> record.value() != null))
                .hasSize(threads * eventsEach);
    }

    @Test
    void movesTheClockOfEveryPartitionWhereNothingArrives() {
        KafkaConfig config = BACKENDS.kafka();
        TopicProvisioner.provision(config);

        try (EventLog log = EventLog.open(config, INGEST)) {
            await().until(() -> log.heartbeats() > 3 * 20);
            assertThat(log.silence()).isLessThan(Duration.ofSeconds(10));
        }

        List<ConsumerRecord<byte[], byte[]>> records =
                TopicReader.all(config, config.topics().events());
        assertThat(records.stream().map(ConsumerRecord::partition).distinct()).hasSize(3);
        assertThat(records)
                .allSatisfy(
                        record -> {
                            assertThat(record.key()).isNull();
                            assertThat(record.value()).isNull();
                            assertThat(TopicReader.header(record, RecordHeaders.KIND))
                                    .contains(RecordHeaders.HEARTBEAT);
                        });
        for (int partition = 0; partition < 3; partition++) {
            int it = partition;
            long[] stamps =
                    records.stream()
                            .filter(record -> record.partition() == it)
                            .mapToLong(EventLogIT::stamp)
                            .toArray();
            long span = stamps[stamps.length - 1] - stamps[0];
            // No oftener than asked for; on a busy machine they may be late.
            assertThat((double) span / (stamps.length - 1)).isGreaterThan(10);
        }
    }

    /**
     * A topic is known some milliseconds before its leaders take records: made over and over, since
     * only some of the times that shows.
     */
    @RepeatedTest(20)
    void losesNothingThatIsWrittenAtOnceToATopicJustMade() throws Exception {
        KafkaConfig config = BACKENDS.kafka();
        TopicProvisioner.provision(config);
        Queue<Exception> failures = new ConcurrentLinkedQueue<>();
        int events = 4_000;
        CountDownLatch answered = new CountDownLatch(events);

        try (EventLog log = EventLog.open(config, INGEST)) {
            for (int i = 0; i < events; i++) {
                log.append(
                        address,
                        "series-" + i % 20,
                        "{}".getBytes(UTF_8),
                        failure -> {
                            failure.ifPresent(failures::add);
                            answered.countDown();
                        });
            }
            answered.await();
        }

        assertThat(failures).isEmpty();
    }

    @Test
    void sendsNoHeartbeatsWhereEventsMoveTheClock() {
        KafkaConfig config = BACKENDS.kafka();
        TopicProvisioner.provision(config);
        IngestConfig slow = new IngestConfig(1 << 20, Duration.ofSeconds(10));
        AtomicInteger answered = new AtomicInteger();

        try (EventLog log = EventLog.open(config, slow)) {
            await().until(() -> log.heartbeats() == 3);
            for (int i = 0; i < 100; i++) {
                log.append(
                        address,
                        "series-" + i,
                        "{}".getBytes(UTF_8),
                        failure -> answered.incrementAndGet());
            }
            await().untilAtomic(answered, it -> assertThat(it).isEqualTo(100));
            assertThat(log.heartbeats()).isEqualTo(3);
        }
    }

    @Test
    void writesEventsAsTheWireSaysAndWhereKafkasOwnPartitionerWould() {
        KafkaConfig config = BACKENDS.kafka();
        TopicProvisioner.provision(config);
        AtomicInteger answered = new AtomicInteger();

        try (EventLog log = EventLog.open(config, INGEST);
                KafkaProducer<byte[], byte[]> direct =
                        KafkaClients.producer(config, "test", Map.of())) {
            for (int i = 0; i < 50; i++) {
                byte[] event = ("{\"i\":" + i + "}").getBytes(UTF_8);
                log.append(address, "k" + i, event, failure -> answered.incrementAndGet());
                var unused =
                        direct.send(
                                new ProducerRecord<>(
                                        config.topics().events(),
                                        ("k" + i).getBytes(UTF_8),
                                        event));
            }
            await().untilAtomic(answered, it -> assertThat(it).isEqualTo(50));
        }

        Map<String, Integer> partitionOfKey = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record :
                TopicReader.all(config, config.topics().events())) {
            if (record.value() == null) {
                continue;
            }
            String key = new String(record.key(), UTF_8);
            Integer other = partitionOfKey.putIfAbsent(key, record.partition());
            assertThat(other == null || other == record.partition()).isTrue();
            if (TopicReader.header(record, RecordHeaders.ARRIVAL).isPresent()) {
                assertThat(TopicReader.header(record, RecordHeaders.TENANT)).contains("acme");
                assertThat(TopicReader.header(record, RecordHeaders.STREAM))
                        .contains(definition.id().toString());
                assertThat(TopicReader.header(record, RecordHeaders.DEFINITION_VERSION))
                        .contains("7");
                assertThat(TopicReader.header(record, RecordHeaders.CONTENT_TYPE))
                        .contains("application/json");
                assertThat(TopicReader.header(record, RecordHeaders.KIND)).isEmpty();
            }
        }
        assertThat(partitionOfKey).hasSize(50);
    }

    @Test
    void failsWhatAnAbsentBrokerDoesNotAcknowledgeAndGoesOnWhenItIsBack(@TempDir Path folder)
            throws Exception {
        EmbeddedKafka kafka = EmbeddedKafka.start(new EmbeddedKafka.Options(folder, 0));
        int port = kafka.port();
        KafkaConfig config = Backends.kafka(kafka.bootstrapServers());
        TopicProvisioner.provision(config);
        AtomicInteger failed = new AtomicInteger();
        AtomicLong acknowledged = new AtomicLong();
        EventLog.Receipt receipt =
                failure -> {
                    if (failure.isPresent()) {
                        failed.incrementAndGet();
                    } else {
                        acknowledged.incrementAndGet();
                    }
                };
        byte[] event = "{}".getBytes(UTF_8);
        try (EventLog log = EventLog.open(config, INGEST)) {
            log.append(address, "key", event, receipt);
            await().untilAtomic(acknowledged, it -> assertThat(it).isEqualTo(1));

            kafka.close();
            long heartbeatsBefore = log.heartbeats();
            for (int i = 0; i < 100; i++) {
                log.append(address, "key", event, receipt);
            }

            await().atMost(Duration.ofSeconds(30))
                    .untilAtomic(failed, it -> assertThat(it).isEqualTo(100));
            assertThat(log.silence()).isGreaterThan(Duration.ofSeconds(5));
            // A few a partition, however long the outage: those that were not answered.
            assertThat(log.heartbeats() - heartbeatsBefore).isLessThanOrEqualTo(9);

            kafka = EmbeddedKafka.start(new EmbeddedKafka.Options(folder, port));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> log.silence().compareTo(Duration.ofMillis(200)) < 0);
            log.append(address, "key", event, receipt);
            await().untilAtomic(acknowledged, it -> assertThat(it).isEqualTo(2));
            assertThat(log.acknowledged()).isEqualTo(2);
            assertThat(log.failed()).isEqualTo(100);
        } finally {
            kafka.close();
        }
    }

    private static long stamp(ConsumerRecord<?, ?> record) {
        return Long.parseLong(TopicReader.header(record, RecordHeaders.ARRIVAL).orElseThrow());
    }

    private static StreamDefinition definition() {
        try {
            return new StreamDefinition(
                    new TenantId("acme"),
                    new StreamId(UUID.randomUUID()),
                    StreamSpecReader.read(
                            Json.mapper()
                                    .readTree(
                                            """
                                            {"name":"s","fields":[
                                              {"name":"v","type":"number","role":"measure"}]}
                                            """)),
                    7,
                    Instant.EPOCH,
                    Instant.EPOCH);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
