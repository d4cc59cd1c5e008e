package io.streamgauge.jobs.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.embedded.EmbeddedKafka;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a starting task reads of a real, compacted topic. */
class KafkaDefinitionBootstrapIT {

    private static EmbeddedKafka kafka;
    private static KafkaProducer<byte[], byte[]> producer;

    @BeforeAll
    static void start() throws IOException {
        kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
        producer = producer(Map.of());
    }

    @AfterAll
    static void stop() {
        producer.close();
        kafka.close();
    }

    private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
        return new KafkaProducer<>(
                properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static String topic(int partitions) throws Exception {
        String name = "control-" + UUID.randomUUID();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(name, partitions, (short) 1)
                                            .configs(Map.of("cleanup.policy", "compact"))))
                    .all()
                    .get();
        }
        return name;
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, int partition, @Nullable String key, @Nullable String value, long at) {
        return new ProducerRecord<>(
                topic,
                partition,
                at,
                key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8));
    }

    private static void send(String topic, String key, @Nullable String value, long at)
            throws Exception {
        producer.send(record(topic, 0, key, value, at)).get();
    }

    private static List<String> lines(Collection<DefinitionUpdate> updates) {
        List<String> lines = new ArrayList<>();
        for (DefinitionUpdate update : updates) {
            byte[] value = update.value();
            lines.add(
                    "%s=%s@%d"
                            .formatted(
                                    update.key(),
                                    value == null ? "gone" : new String(value, UTF_8),
                                    update.timestamp()));
        }
        return lines;
    }

    private static KafkaDefinitionBootstrap bootstrap(String topic) {
        return new KafkaDefinitionBootstrap(kafka.bootstrapServers(), topic);
    }

    @Test
    void readsTheLastOfEachKeyTombstonesAmongThem() throws Exception {
        String topic = topic(1);
        send(topic, "a", "1", 1_000);
        send(topic, "b", "1", 2_000);
        send(topic, "a", "2", 3_000);
        send(topic, "b", null, 4_000);

        assertThat(lines(bootstrap(topic).read())).containsExactly("a=2@3000", "b=gone@4000");
        assertThat(lines(bootstrap(topic).history()))
                .containsExactly("a=1@1000", "b=1@2000", "a=2@3000", "b=gone@4000");
    }

    @Test
    void readsEveryPartition() throws Exception {
        String topic = topic(3);
        for (int partition = 0; partition < 3; partition++) {
            producer.send(record(topic, partition, "k" + partition, "v", 1_000)).get();
        }

        assertThat(lines(bootstrap(topic).read()))
                .containsExactlyInAnyOrder("k0=v@1000", "k1=v@1000", "k2=v@1000");
    }

    @Test
    void findsNothingInAnEmptyTopic() throws Exception {
        assertThat(bootstrap(topic(2)).read()).isEmpty();
    }

    @Test
    void comesToTheEndOfALogWhoseLastRecordsAreNone() throws Exception {
        String topic = topic(1);
        try (KafkaProducer<byte[], byte[]> transactional =
                producer(Map.of(ProducerConfig.TRANSACTIONAL_ID_CONFIG, topic))) {
            transactional.initTransactions();
            transactional.beginTransaction();
            transactional.send(record(topic, 0, "a", "1", 1_000)).get();
            transactional.commitTransaction(); // its marker has an offset, and is no record
        }

        assertThat(lines(bootstrap(topic).read())).containsExactly("a=1@1000");
    }

    @Test
    void saysWhoDoesNotAnswerWhereThereIsNoBroker() {
        KafkaDefinitionBootstrap nobody =
                new KafkaDefinitionBootstrap("127.0.0.1:1", "control", Duration.ofMillis(500));

        assertThatThrownBy(nobody::read)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("topic control of 127.0.0.1:1");
    }
}
