package io.streamgauge.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.ControlPlaneConfig;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.HttpConfig;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.config.RedisConfig;
import io.streamgauge.control.config.RetentionConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TestingIssuer;
import io.streamgauge.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What those who run the platform see, in good times and in bad. */
class OperationIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String SPEC =
            """
            {"name": "s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """;

    @Test
    void saysThatItLivesAndIsReady() {
        Answer health = SERVER.anonymous().get("/health");
        Answer ready = SERVER.anonymous().get("/ready");

        assertThat(health.status()).isEqualTo(200);
        assertThat(health.json().path("status").asText()).isEqualTo("up");
        assertThat(ready.status()).as(ready.body()).isEqualTo(200);
        assertThat(ready.json().path("status").asText()).isEqualTo("ready");
        assertThat(ready.json().path("checks").propertyStream().map(it -> it.getKey()))
                .containsExactly("database", "kafka", "outbox-relay");
    }

    @Test
    void countsWhatHappensInThePrometheusFormat() {
        Answer metrics = SERVER.anonymous().get("/metrics", "Accept", "text/plain");

        assertThat(metrics.status()).isEqualTo(200);
        assertThat(metrics.body())
                .contains("streamgauge_heartbeats_total")
                .contains("streamgauge_outbox_published_total")
                .contains("streamgauge_event_log_silence_seconds")
                .contains("streamgauge_projection_skipped_total")
                .contains("reason=\"stream-gone\"");
    }

    @Test
    void goesOnTakingEventsWhileTheDatabaseIsAwayAndSaysSo(@TempDir Path folder) throws Exception {
        Path data = folder.resolve("postgres");
        Path jwks = folder.resolve("jwks.json");
        TestingIssuer issuer = new TestingIssuer();
        issuer.publishTo(jwks);
        TenantId tenant = new TenantId("steady");
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(new EmbeddedPostgres.Options(data, 0, ""));
        int port = postgres.port();
        DatabaseConfig database = DatabaseConfig.trusted(postgres.jdbcUrl(), postgres.user());
        ControlPlaneConfig config =
                config(jwks, HttpConfig.plain("127.0.0.1", 0), database, SERVER.backends().kafka());
        try (ControlPlane controlPlane = ControlPlane.start(config)) {
            Jdbi.create(database.jdbcUrl(), database.ownerUser(), "")
                    .useHandle(
                            handle ->
                                    handle.execute(
                                            "INSERT INTO tenants (id, name) VALUES ('steady',"
                                                    + " '')"));
            ApiClient client = new ApiClient(controlPlane.port(), issuer.token(tenant, "admin"));
            assertThat(client.post("/api/v1/streams", SPEC).status()).isEqualTo(201);
            assertThat(send(client).status()).isEqualTo(200);

            postgres.close();

            await().atMost(Duration.ofSeconds(30))
                    .until(() -> client.get("/ready").status() == 503);
            JsonNode checks = client.get("/ready").json().path("checks");
            assertThat(checks.at("/database/status").asText()).isEqualTo("down");
            assertThat(checks.at("/kafka/status").asText()).isEqualTo("up");
            Answer sent = send(client);
            assertThat(sent.status()).as(sent.body()).isEqualTo(200);
            assertThat(sent.json().path("accepted").asInt()).isEqualTo(1);
            Answer unavailable = client.get("/api/v1/streams/s");
            assertThat(unavailable.status()).isEqualTo(503);
            assertThat(unavailable.header("Retry-After")).isNotEmpty();
            assertThat(unavailable.json().path("code").asText()).isEqualTo("unavailable");

            postgres = EmbeddedPostgres.start(new EmbeddedPostgres.Options(data, port, ""));
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> client.get("/ready").status() == 200);
            assertThat(client.get("/api/v1/streams/s").status()).isEqualTo(200);
        } finally {
            postgres.close();
        }
    }

    @Test
    void namesThePortThatIsBusy(@TempDir Path folder) {
        ControlPlaneConfig config =
                config(
                        folder,
                        SERVER.controlPlane().port(),
                        SERVER.backends().databaseConfig(),
                        SERVER.backends().kafka());

        assertThatThrownBy(() -> ControlPlane.start(config))
                .hasMessageContaining("http.port: 127.0.0.1:" + SERVER.controlPlane().port())
                .hasMessageContaining("Address already in use");
    }

    @Test
    void leavesNothingRunningWhereTheStartFails(@TempDir Path folder) throws Exception {
        KafkaConfig kafka = SERVER.backends().kafka();
        try (Admin admin = KafkaClients.admin(kafka, "test")) {
            admin.createTopics(List.of(new NewTopic(kafka.topics().control(), 1, (short) 1)))
                    .all()
                    .get();
        }
        try (EmbeddedPostgres postgres =
                EmbeddedPostgres.start(EmbeddedPostgres.Options.ephemeral())) {
            DatabaseConfig database = DatabaseConfig.trusted(postgres.jdbcUrl(), postgres.user());
            ControlPlaneConfig config = config(folder, 0, database, kafka);

            assertThatThrownBy(() -> ControlPlane.start(config))
                    .as("the control topic is not compacted")
                    .hasMessageContaining(kafka.topics().control());

            Jdbi owner = Jdbi.create(database.jdbcUrl(), database.ownerUser(), "");
            await().atMost(Duration.ofSeconds(30)).until(() -> connections(owner) == 0);
        }
    }

    private static Answer send(ApiClient client) {
        return client.post("/api/v1/streams/s/events", "[{\"v\": 1}]");
    }

    private static int connections(Jdbi owner) {
        return owner.withHandle(
                handle ->
                        handle.select(
                                        "SELECT count(*) FROM pg_stat_activity"
                                                + " WHERE application_name LIKE 'streamgauge-%'")
                                .mapTo(Integer.class)
                                .one());
    }

    private static ControlPlaneConfig config(
            Path folder, int port, DatabaseConfig database, KafkaConfig kafka) {
        Path jwks = folder.resolve("jwks.json");
        new TestingIssuer().publishTo(jwks);
        return config(jwks, HttpConfig.plain("127.0.0.1", port), database, kafka);
    }

    private static ControlPlaneConfig config(
            Path jwks, HttpConfig http, DatabaseConfig database, KafkaConfig kafka) {
        return new ControlPlaneConfig(
                http,
                database,
                kafka,
                TestingIssuer.config(jwks),
                IngestConfig.DEFAULT,
                RetentionConfig.DEFAULT,
                GatewayConfig.DEFAULT,
                RedisConfig.NONE);
    }
}
