package io.streamgauge.control.model;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.alert.AlertsOfStreams;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.TrainingConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.stream.StreamService;
import io.streamgauge.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/** A database of its own, in which nobody else trains. */
final class TrainingFixture implements AutoCloseable {

    private static final String SPEC =
            """
            {"name": "%s", "windows": ["10s"],
             "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """;

    private final EmbeddedPostgres postgres;
    private final Database database;
    private final Jdbi owner;

    TrainingFixture() throws IOException {
        postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.ephemeral());
        database = Database.open(DatabaseConfig.trusted(postgres.jdbcUrl(), postgres.user()));
        owner = Jdbi.create(postgres.jdbcUrl(), postgres.user(), "");
    }

    Database database() {
        return database;
    }

    TenantId newTenant() {
        TenantId tenant = new TenantId("t-" + UUID.randomUUID().toString().substring(0, 8));
        owner.useHandle(
                handle ->
                        handle.execute(
                                "INSERT INTO tenants (id, name, tier) VALUES (?, 'x', 'gold')",
                                tenant.value()));
        return tenant;
    }

    StreamId newStream(TenantId tenant) {
        UUID id = UUID.randomUUID();
        owner.useHandle(
                handle ->
                        handle.execute(
                                "INSERT INTO streams VALUES (?, ?, ?, CAST(? AS jsonb), 1, now(),"
                                        + " now())",
                                tenant.value(),
                                id,
                                "s" + id,
                                SPEC.formatted("s" + id)));
        return new StreamId(id);
    }

    /** A window that starts at a time. */
    void store(TenantId tenant, StreamId stream, Instant start) {
        LocalDate day = start.atOffset(ZoneOffset.UTC).toLocalDate();
        owner.useHandle(
                handle -> {
                    handle.execute("SELECT ensure_day_partition('aggregates', ?)", day);
                    handle.execute(
                            "INSERT INTO aggregates VALUES (?, ?, 10, ?, ?, 0, 'on-time', 1, '{}')",
                            tenant.value(),
                            stream.value(),
                            start.atOffset(ZoneOffset.UTC),
                            UUID.randomUUID());
                });
    }

    /** A training that waits. */
    UUID ask(TenantId tenant, StreamId stream, Instant at) {
        UUID id = UUID.randomUUID();
        owner.useHandle(
                handle ->
                        handle.execute(
                                """
                                INSERT INTO trainings (tenant_id, id, stream_id, state, scheduled,
                                    requested_at, requested_by, forced, progress)
                                VALUES (?, ?, ?, 'queued', false, ?, 'x', false, 0)\
                                """,
                                tenant.value(),
                                id,
                                stream.value(),
                                at.atOffset(ZoneOffset.UTC)));
        return id;
    }

    /** All that are open have ended. */
    void endAll(TenantId tenant) {
        owner.useHandle(
                handle ->
                        handle.execute(
                                """
                                UPDATE trainings SET state = 'failed', ended_at = now(),
                                    leased_until = NULL
                                WHERE tenant_id = ? AND ended_at IS NULL\
                                """,
                                tenant.value()));
    }

    List<Training> trainings(TenantId tenant) {
        return database.inTenant(
                tenant,
                handle ->
                        new TrainingRepository()
                                .list(handle, tenant, Optional.empty(), Optional.empty(), 1_000));
    }

    /** Of every training of a tenant, how often it was begun. */
    List<Integer> attempts(TenantId tenant) {
        return owner.withHandle(
                handle ->
                        handle.select(
                                        "SELECT attempts FROM trainings WHERE tenant_id = ?",
                                        tenant.value())
                                .mapTo(Integer.class)
                                .list());
    }

    StreamService streams() {
        return new StreamService(
                database,
                new StreamCatalog(database),
                new AlertsOfStreams(),
                new Outbox(),
                new AuditLog(Clock.systemUTC()),
                Clock.systemUTC(),
                UUID::randomUUID);
    }

    /** A process that trains, and asks for no training by itself. */
    Trainer trainer() {
        return Trainer.start(
                database,
                streams(),
                new ModelService(
                        database,
                        streams(),
                        new Outbox(),
                        new AuditLog(Clock.systemUTC()),
                        Clock.systemUTC()),
                new TrainingConfig(Duration.ZERO),
                Clock.systemUTC(),
                UUID::randomUUID);
    }

    @Override
    public void close() {
        database.close();
        postgres.close();
    }
}
