package io.streamgauge.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class EmbeddedKafkaIT {

    private static final String TOPIC = "words";

    @TempDir private Path folder;

    @Test
    void servesClientsAndLeavesNothingBehindWhenEphemeral() throws Exception {
        EmbeddedKafka.Options options = EmbeddedKafka.Options.ephemeral();

        try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
            createTopic(kafka.bootstrapServers());
            send(kafka.bootstrapServers(), List.of("a", "b"));
            assertThat(read(kafka.bootstrapServers(), "readers", 2)).containsExactly("a", "b");
        }

        assertThat(options.dataDir()).doesNotExist();
    }

    @Test
    void keepsRecordsAndConsumersPositionsAcrossARestart() throws Exception {
        EmbeddedKafka.Options options = new EmbeddedKafka.Options(folder.resolve("kafka"), 0);
        try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
            createTopic(kafka.bootstrapServers());
            send(kafka.bootstrapServers(), List.of("a", "b"));
            assertThat(read(kafka.bootstrapServers(), "readers", 2)).containsExactly("a", "b");
        }

        try (EmbeddedKafka kafka = EmbeddedKafka.start(options)) {
            send(kafka.bootstrapServers(), List.of("c"));
            assertThat(read(kafka.bootstrapServers(), "readers", 1)).containsExactly("c");
            assertThat(read(kafka.bootstrapServers(), "newcomers", 3))
                    .containsExactly("a", "b", "c");
        }
    }

    @Test
    void comesBackWithWhatWasAcknowledgedAfterItsProcessWasKilled() throws Exception {
        Path data = folder.resolve("kafka");
        try (ChildJvm child = ChildJvm.start(WritesAndWaits.class, data.toString())) {
            child.kill();
        }

        try (EmbeddedKafka kafka = EmbeddedKafka.start(new EmbeddedKafka.Options(data, 0))) {
            assertThat(read(kafka.bootstrapServers(), "readers", 2)).containsExactly("a", "b");
            send(kafka.bootstrapServers(), List.of("c"));
            assertThat(read(kafka.bootstrapServers(), "readers", 1)).containsExactly("c");
        }
    }

    @Test
    void namesAPortInUse() throws Exception {
        try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral())) {
            EmbeddedKafka.Options samePort =
                    new EmbeddedKafka.Options(folder.resolve("other"), kafka.port());

            assertThatThrownBy(() -> EmbeddedKafka.start(samePort))
                    .isInstanceOf(BindException.class)
                    .hasMessageContaining("Kafka port: " + kafka.port());
        }
    }

    @Test
    void saysWhyItCannotUseAFolderAndFreesItsPort() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "not a folder");
        int port;
        try (EmbeddedKafka kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral())) {
            port = kafka.port();
        }

        assertThatThrownBy(() -> EmbeddedKafka.start(new EmbeddedKafka.Options(file, port)))
                .hasMessageContaining(file.toString());
        try (EmbeddedKafka kafka =
                EmbeddedKafka.start(new EmbeddedKafka.Options(folder.resolve("kafka"), port))) {
            assertThat(kafka.port()).isEqualTo(port);
        }
    }

    /** Writes two records, acknowledged, and then waits to be killed. */
    static final class WritesAndWaits {

        private WritesAndWaits() {}

        public static void main(String[] arguments) throws Exception {
            EmbeddedKafka kafka =
                    EmbeddedKafka.start(new EmbeddedKafka.Options(Path.of(arguments[0]), 0));
            createTopic(kafka.bootstrapServers());
            send(kafka.bootstrapServers(), List.of("a", "b"));
            System.out.write((ChildJvm.READY + "\n").getBytes(StandardCharsets.UTF_8));
            System.out.flush();
            Thread.currentThread().join();
        }
    }

    private static void createTopic(String bootstrapServers) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
        }
    }

    private static void send(String bootstrapServers, List<String> words) throws Exception {
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(
                        Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                        new StringSerializer(),
                        new StringSerializer())) {
            for (String word : words) {
                producer.send(new ProducerRecord<>(TOPIC, word)).get();
            }
        }
    }

    private static List<String> read(String bootstrapServers, String group, int count) {
        List<String> words = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "group.id",
                                group,
                                "auto.offset.reset",
                                "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            consumer.subscribe(List.of(TOPIC));
            while (words.size() < count) {
                for (ConsumerRecord<String, String> word : consumer.poll(Duration.ofSeconds(1))) {
                    words.add(word.value());
                }
            }
            consumer.commitSync();
        }
        return words;
    }
}
