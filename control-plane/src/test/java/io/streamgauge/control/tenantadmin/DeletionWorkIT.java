package io.streamgauge.control.tenantadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.outbox.OutboxRelay;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How a deletion goes on. On a PostgreSQL of its own, where no other replica takes a part. */
class DeletionWorkIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static EmbeddedPostgres postgres;
    private static Database database;
    private static Jdbi owner;

    private final Outbox outbox = new Outbox();
    private final AuditLog audit = new AuditLog(Clock.systemUTC());
    private final TenantId tenant = newId();
    private final TenantId neighbour = newId();

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.ephemeral());
        database = Database.open(DatabaseConfig.trusted(postgres.jdbcUrl(), postgres.user()));
        owner = Jdbi.create(postgres.jdbcUrl(), postgres.user(), "");
    }

    @AfterAll
    static void stopPostgres() {
        database.close();
        postgres.close();
    }

    @BeforeEach
    void makeATenantWithRows() {
        for (TenantId id : new TenantId[] {tenant, neighbour}) {
            owner.useHandle(
                    handle ->
                            handle.execute(
                                    "INSERT INTO tenants (id, name, tier) VALUES (?, 'x', 'gold')",
                                    id.value()));
        }
        FilledTenant.fill(owner, tenant, neighbour);
    }

    @Test
    void goesOnAfterAStopWhereItWasAndIsDoneWhenTheJobsAreTold() {
        request(tenant);
        try (Handle blocker = owner.open()) {
            blocker.begin();
            blocker.execute("SELECT FROM api_keys WHERE tenant_id = ? FOR UPDATE", tenant.value());
            try (TenantDeletions deletions = start()) {
                assertThat(deletions).isNotNull();
                await().atMost(PATIENCE).until(() -> rows("rejected_events", tenant) == 0);
            } // in the middle of the statement that waits for the key
            assertThat(rows("aggregates", tenant)).isZero();
            assertThat(rows("streams", tenant)).isZero();
            assertThat(rows("api_keys", tenant)).isEqualTo(1);
            assertThat(rows("tenants", tenant)).isEqualTo(1);
            assertThat(deletion(tenant).finishedAt()).isEmpty();
            assertThat(deletion(tenant).deletedRows()).isGreaterThan(4L * FilledTenant.AGGREGATES);
            blocker.rollback();
        }

        try (TenantDeletions deletions = start()) {
            assertThat(deletions).isNotNull();
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () ->
                                    assertThat(FilledTenant.rows(owner, tenant))
                                            .containsOnlyKeys("tenant_deletions", "outbox"));
            long removed = deletion(tenant).deletedRows();
            assertThat(deletion(tenant).finishedAt()).as("nobody has published yet").isEmpty();

            KafkaConfig kafka = BACKENDS.kafka();
            TopicProvisioner.provision(kafka);
            try (OutboxRelay relay =
                    OutboxRelay.start(database, outbox, kafka, Clock.systemUTC())) {
                assertThat(relay).isNotNull();
                await().atMost(PATIENCE).until(() -> deletion(tenant).finishedAt().isPresent());
            }
            assertThat(deletion(tenant).deletedRows()).isEqualTo(removed);
        }
        assertThat(FilledTenant.rows(owner, tenant)).containsOnlyKeys("tenant_deletions");
        assertThat(FilledTenant.rows(owner, neighbour)).containsKeys("memberships", "tenants");
    }

    @Test
    void sharesTheWorkAmongReplicasAndEndsItOnce() {
        request(tenant);
        owner.useHandle(handle -> handle.execute("DELETE FROM outbox"));
        try (TenantDeletions first = start();
                TenantDeletions second = start();
                TenantDeletions third = start()) {
            first.requested();
            second.requested();
            third.requested();
            await().atMost(PATIENCE).until(() -> rows("audit_log", tenant) == 0);
            owner.useHandle(handle -> handle.execute("DELETE FROM outbox"));
            await().atMost(PATIENCE).until(() -> deletion(tenant).finishedAt().isPresent());
        }

        assertThat(FilledTenant.rows(owner, tenant)).containsOnlyKeys("tenant_deletions");
        assertThat(ends(tenant)).isEqualTo(1);
    }

    @Test
    void doesNotTouchATenantThatDoesNotSayItselfThatItIsDeleted() {
        owner.useHandle(
                handle ->
                        handle.execute(
                                "INSERT INTO tenant_deletions VALUES (?, now(), 'by mistake')",
                                neighbour.value()));
        request(tenant);
        try (TenantDeletions deletions = start()) {
            assertThat(deletions).isNotNull();
            await().atMost(PATIENCE).until(() -> rows("tenants", tenant) == 0);
        }

        assertThat(rows("tenants", neighbour)).isEqualTo(1);
        assertThat(rows("memberships", neighbour)).isEqualTo(1);
    }

    @Test
    void tellsTheJobsAlsoOfAStreamThatWasMadeInTheLastMoment() {
        request(tenant);
        UUID late = UUID.randomUUID();
        try (Handle blocker = owner.open()) {
            blocker.begin();
            blocker.execute("SELECT FROM api_keys WHERE tenant_id = ? FOR UPDATE", tenant.value());
            try (TenantDeletions deletions = start()) {
                await().atMost(PATIENCE).until(() -> rows("rejected_events", tenant) == 0);
                owner.useHandle(
                        handle ->
                                handle.execute(
                                        "INSERT INTO streams VALUES (?, ?, 'late', '{}', 1, now(),"
                                                + " now())",
                                        tenant.value(),
                                        late));
                blocker.rollback();
                await().atMost(PATIENCE).until(() -> rows("tenants", tenant) == 0);
            }
        }

        assertThat(tombstones(tenant, "stream/" + tenant + "/" + late)).isEqualTo(1);
        assertThat(tombstones(tenant, "tenant/" + tenant)).isEqualTo(1);
    }

    private TenantDeletions start() {
        return TenantDeletions.start(database, outbox, audit, Clock.systemUTC());
    }

    private static TenantId newId() {
        return new TenantId("t-" + UUID.randomUUID().toString().substring(0, 8));
    }

    private static void request(TenantId tenant) {
        owner.useTransaction(
                handle -> {
                    handle.execute(
                            "UPDATE tenants SET active = false, deleting_since = now() WHERE id ="
                                    + " ?",
                            tenant.value());
                    handle.execute(
                            "INSERT INTO tenant_deletions VALUES (?, now(), 'someone')",
                            tenant.value());
                });
    }

    private static Deletion deletion(TenantId tenant) {
        return database.inSystem(handle -> new DeletionRepository().find(handle, tenant))
                .orElseThrow();
    }

    private static long rows(String table, TenantId tenant) {
        return FilledTenant.rows(owner, tenant).getOrDefault(table, 0L);
    }

    private static int ends(TenantId tenant) {
        return owner.withHandle(
                handle ->
                        handle.select(
                                        "SELECT count(*) FROM audit_log WHERE tenant_id IS NULL AND"
                                                + " resource_id = ?",
                                        tenant.value())
                                .mapTo(Integer.class)
                                .one());
    }

    private static int tombstones(TenantId tenant, String key) {
        return owner.withHandle(
                handle ->
                        handle.select(
                                        "SELECT count(*) FROM outbox WHERE tenant_id = ? AND"
                                                + " message_key = ? AND payload IS NULL",
                                        tenant.value(),
                                        key)
                                .mapTo(Integer.class)
                                .one());
    }
}
