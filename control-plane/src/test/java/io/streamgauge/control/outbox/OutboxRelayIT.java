package io.streamgauge.control.outbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.TopicReader;
import io.streamgauge.embedded.EmbeddedKafka;
import io.streamgauge.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** On a PostgreSQL of its own: the relays of other tests would take its messages. */
class OutboxRelayIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final TenantId TENANT = new TenantId("outbox-test");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static EmbeddedPostgres postgres;
    private static Database database;

    private final Outbox outbox = new Outbox();
    private KafkaConfig kafka = BACKENDS.kafka();

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.ephemeral());
        database = Database.open(DatabaseConfig.trusted(postgres.jdbcUrl(), postgres.user()));
    }

    @AfterAll
    static void stopPostgres() {
        database.close();
        postgres.close();
    }

    @BeforeEach
    void provisionTopics() {
        kafka = BACKENDS.kafka();
        TopicProvisioner.provision(kafka);
    }

    @Test
    void publishesMessagesAndTombstonesInTheirOrderAndDeletesThem() {
        try (OutboxRelay relay = relay(kafka)) {
            append("a", "1");
            append("b", "2");
            append("a", "3");
            database.useTenant(TENANT, handle -> outbox.appendTombstone(handle, TENANT, "a"));
            outbox.committed();

            await().atMost(PATIENCE).until(() -> relay.published() == 4);
        }

        assertThat(published(kafka)).containsExactly("a=1", "b=2", "a=3", "a=null");
        assertThat(waiting()).isZero();
    }

    @Test
    void publishesWithoutBeingToldOfIt() {
        try (OutboxRelay relay = relay(kafka)) {
            append("unannounced", "1");

            await().atMost(Duration.ofSeconds(30)).until(() -> relay.published() == 1);
        }
    }

    @Test
    void publishesNothingOfATransactionThatFails() {
        assertThatThrownBy(
                        () ->
                                database.useTenant(
                                        TENANT,
                                        handle -> {
                                            outbox.append(handle, TENANT, "a", "1".getBytes(UTF_8));
                                            throw new IllegalStateException("on purpose");
                                        }))
                .hasMessage("on purpose");
        try (OutboxRelay relay = relay(kafka)) {
            append("b", "2");
            await().atMost(PATIENCE).until(() -> relay.published() == 1);
        }

        assertThat(published(kafka)).containsExactly("b=2");
    }

    @Test
    void keepsTheOrderAndPublishesOnceWhereSeveralRelaysRun() {
        int messages = 1_000;
        try (OutboxRelay first = relay(kafka);
                OutboxRelay second = relay(kafka);
                OutboxRelay third = relay(kafka)) {
            for (int i = 0; i < messages; i++) {
                append("key-" + i % 7, Integer.toString(i));
            }
            await().atMost(PATIENCE)
                    .until(
                            () ->
                                    first.published() + second.published() + third.published()
                                            == messages);
        }

        assertThat(published(kafka))
                .containsExactlyElementsOf(
                        IntStream.range(0, messages)
                                .mapToObj(i -> "key-" + i % 7 + "=" + i)
                                .toList());
    }

    @Test
    void goesOnWhereAnotherRelayStopped() {
        try (OutboxRelay relay = relay(kafka)) {
            append("a", "1");
            await().atMost(PATIENCE).until(() -> relay.published() == 1);
        }
        append("a", "2");
        try (OutboxRelay relay = relay(kafka)) {
            await().atMost(PATIENCE).until(() -> relay.published() == 1);
        }

        assertThat(published(kafka)).containsExactly("a=1", "a=2");
    }

    @Test
    void survivesAnOutageOfKafkaWithoutLosingAMessage(@TempDir Path folder) throws Exception {
        EmbeddedKafka broker =
                EmbeddedKafka.start(new EmbeddedKafka.Options(folder.resolve("kafka"), 0));
        int port = broker.port();
        KafkaConfig own = Backends.kafka(broker.bootstrapServers());
        TopicProvisioner.provision(own);
        try (OutboxRelay relay = relay(own)) {
            append("a", "1");
            await().atMost(PATIENCE).until(() -> relay.published() == 1);

            broker.close();
            append("a", "2");
            outbox.committed();
            await().atMost(Duration.ofSeconds(30)).until(() -> relay.failingFor().isPresent());
            assertThat(waiting()).isEqualTo(1);

            broker = EmbeddedKafka.start(new EmbeddedKafka.Options(folder.resolve("kafka"), port));
            await().atMost(Duration.ofSeconds(30)).until(() -> waiting() == 0);
            await().atMost(PATIENCE).until(() -> relay.failingFor().isEmpty());
            assertThat(relay.failedRounds()).isPositive();
            assertThat(published(own)).startsWith("a=1").endsWith("a=2");
        } finally {
            broker.close();
        }
    }

    private OutboxRelay relay(KafkaConfig config) {
        return OutboxRelay.start(database, outbox, config, Clock.systemUTC());
    }

    private void append(String key, String payload) {
        database.useTenant(
                TENANT, handle -> outbox.append(handle, TENANT, key, payload.getBytes(UTF_8)));
    }

    private static int waiting() {
        return Jdbi.create(postgres.jdbcUrl(), postgres.user(), "")
                .withHandle(
                        handle ->
                                handle.select("SELECT count(*) FROM outbox")
                                        .mapTo(Integer.class)
                                        .one());
    }

    private static List<String> published(KafkaConfig config) {
        return TopicReader.all(config, config.topics().control()).stream()
                .map(OutboxRelayIT::text)
                .toList();
    }

    private static String text(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.key(), UTF_8)
                + "="
                + (record.value() == null ? "null" : new String(record.value(), UTF_8));
    }
}
