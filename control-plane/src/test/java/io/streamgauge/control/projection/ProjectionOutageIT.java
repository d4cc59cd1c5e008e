package io.streamgauge.control.projection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.Timing;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.UnknownFields;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.Results;
import io.streamgauge.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ProjectionOutageIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.MINUTES);
    private final StreamDefinition stream =
            new StreamDefinition(
                    new TenantId("acme"),
                    new StreamId(UUID.randomUUID()),
                    new StreamSpec(
                            "s",
                            "",
                            List.of(),
                            List.of(Duration.ofSeconds(1)),
                            Duration.ZERO,
                            Duration.ZERO,
                            true,
                            UnknownFields.REJECT),
                    1,
                    now,
                    now);

    @Test
    void catchesUpWhenPostgresIsBack(@TempDir Path folder) throws Exception {
        KafkaConfig kafka = BACKENDS.kafka();
        TopicProvisioner.provision(kafka);
        EmbeddedPostgres postgres =
                EmbeddedPostgres.start(new EmbeddedPostgres.Options(folder, 0, ""));
        int port = postgres.port();
        try (Database database =
                        Database.open(DatabaseConfig.trusted(postgres.jdbcUrl(), postgres.user()));
                Results results = new Results(kafka)) {
            Jdbi owner = Jdbi.create(postgres.jdbcUrl(), postgres.user(), "");
            owner.useHandle(
                    handle -> {
                        handle.execute("INSERT INTO tenants (id, name) VALUES ('acme', 'Acme')");
                        handle.execute(
                                "INSERT INTO streams VALUES ('acme', ?, 's', '{}', 1, now(),"
                                        + " now())",
                                stream.id().value());
                    });
            try (Projection projection = Projection.start(kafka, database)) {
                send(results, 1);
                await().until(() -> projection.statistics().stored() == 1);
                assertThat(projection.failingFor()).isEmpty();

                postgres.close();
                send(results, 2);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> projection.failingFor().isPresent());

                postgres = EmbeddedPostgres.start(new EmbeddedPostgres.Options(folder, port, ""));
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> projection.statistics().stored() == 2);
                await().until(() -> projection.failingFor().isEmpty());
                assertThat(projection.statistics().fenced()).isZero();
            }
            List<Long> stored =
                    owner.withHandle(
                            handle ->
                                    handle.select("SELECT event_count FROM aggregates")
                                            .mapTo(Long.class)
                                            .list());
            assertThat(stored).containsExactlyInAnyOrder(1L, 2L);
        } finally {
            postgres.close();
        }
    }

    private void send(Results results, long count) {
        results.send(
                Results.aggregate(
                        stream,
                        "{}",
                        now.plusSeconds(count),
                        Duration.ofSeconds(1),
                        Timing.ON_TIME,
                        0,
                        count));
    }
}
