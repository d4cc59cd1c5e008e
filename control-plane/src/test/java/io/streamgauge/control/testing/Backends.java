package io.streamgauge.control.testing;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.stream.StreamSpecReader;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.embedded.EmbeddedKafka;
import io.streamgauge.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * One Kafka and one PostgreSQL for all tests of a JVM, started when first needed and stopped in the
 * end. Tests keep apart by topic prefix and tenant.
 */
public final class Backends implements BeforeAllCallback {

    private Running running = new Running();

    @Override
    public void beforeAll(ExtensionContext context) {
        running =
                context.getRoot()
                        .getStore(Namespace.create(Backends.class))
                        .computeIfAbsent(Running.class, key -> new Running(), Running.class);
    }

    /** Topics of their own at the shared broker, three partitions each. */
    public KafkaConfig kafka() {
        return kafka(running.kafka().bootstrapServers());
    }

    /** As {@link #kafka()}, at another broker. */
    public static KafkaConfig kafka(String bootstrapServers) {
        return new KafkaConfig(
                bootstrapServers,
                new Topics("t" + UUID.randomUUID().toString().substring(0, 8)),
                3,
                3,
                (short) 1,
                Duration.ofHours(1),
                -1);
    }

    /** The migrated database. */
    public Database database() {
        return running.database();
    }

    /** Where {@link #database()} is. */
    public DatabaseConfig databaseConfig() {
        return running.databaseConfig();
    }

    /** The migrated database as a superuser, whom row-level security does not bind. */
    public Jdbi owner() {
        return running.owner();
    }

    /** Inserts an active tenant with a name of its own. */
    public TenantId newTenant() {
        TenantId tenant = new TenantId("t-" + UUID.randomUUID().toString().substring(0, 8));
        owner().useHandle(
                        handle ->
                                handle.execute(
                                        "INSERT INTO tenants (id, name, tier) VALUES (?, ?,"
                                                + " 'platinum')",
                                        tenant.value(),
                                        "Tenant of a test"));
        return tenant;
    }

    /** Inserts a stream. */
    public StreamDefinition newStream(TenantId tenant, String specJson) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        StreamDefinition definition;
        try {
            definition =
                    new StreamDefinition(
                            tenant,
                            new StreamId(UUID.randomUUID()),
                            StreamSpecReader.read(Json.mapper().readTree(specJson)),
                            1,
                            now,
                            now);
        } catch (IOException | InvalidInputException e) {
            throw new IllegalArgumentException("spec of a test's stream", e);
        }
        owner().useHandle(
                        handle ->
                                handle.execute(
                                        "INSERT INTO streams VALUES (?, ?, ?, CAST(? AS jsonb), 1,"
                                                + " ?, ?)",
                                        tenant.value(),
                                        definition.id().value(),
                                        definition.name(),
                                        StreamDefinitionCodec.toJson(definition.spec()).toString(),
                                        now.atOffset(ZoneOffset.UTC),
                                        now.atOffset(ZoneOffset.UTC)));
        return definition;
    }

    /** What runs; each part starts when first asked for. */
    private static final class Running implements AutoCloseable {

        private @Nullable EmbeddedKafka kafka;
        private @Nullable EmbeddedPostgres postgres;
        private @Nullable Database database;

        synchronized EmbeddedKafka kafka() {
            if (kafka == null) {
                try {
                    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.ephemeral());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return kafka;
        }

        synchronized Database database() {
            if (database == null) {
                database = Database.open(databaseConfig());
            }
            return database;
        }

        synchronized DatabaseConfig databaseConfig() {
            EmbeddedPostgres server = postgres();
            return DatabaseConfig.trusted(server.jdbcUrl(), server.user());
        }

        synchronized Jdbi owner() {
            Database unused = database(); // for its migrations
            EmbeddedPostgres server = postgres();
            return Jdbi.create(server.jdbcUrl(), server.user(), "");
        }

        private EmbeddedPostgres postgres() {
            if (postgres == null) {
                try {
                    postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.ephemeral());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return postgres;
        }

        @Override
        public synchronized void close() {
            if (database != null) {
                database.close();
            }
            if (postgres != null) {
                postgres.close();
            }
            if (kafka != null) {
                kafka.close();
            }
        }
    }
}
