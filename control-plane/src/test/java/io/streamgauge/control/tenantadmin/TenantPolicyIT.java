package io.streamgauge.control.tenantadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleConsumer;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * That no change of a tenant passes the jobs by, whoever makes it. On a PostgreSQL of its own,
 * where no relay takes the messages away; its owner is no superuser, so that the policies bind the
 * triggers, too.
 */
class TenantPolicyIT {

    private static final TenantId ACME = new TenantId("acme");
    private static final TenantId OLD = new TenantId("old");

    private static EmbeddedPostgres postgres;
    private static Database database;
    private static Jdbi superuser;
    private static Jdbi owner;

    @BeforeAll
    static void migrateWithATenantFromBefore() throws IOException {
        postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.ephemeral());
        Jdbi maintenance = Jdbi.create(postgres.jdbcUrl(), postgres.user(), "");
        maintenance.useHandle(
                handle -> {
                    handle.execute("CREATE ROLE an_owner LOGIN CREATEROLE");
                    handle.execute("CREATE DATABASE policies OWNER an_owner");
                });
        String url = postgres.jdbcUrl().replaceAll("/[a-z]+$", "/policies");
        superuser = Jdbi.create(url, postgres.user(), "");
        owner = Jdbi.create(url, "an_owner", "");
        Flyway.configure()
                .dataSource(url, "an_owner", "")
                .locations("classpath:db/migration")
                .target("2")
                .load()
                .migrate();
        superuser.useTransaction(
                handle -> {
                    Database.enterTenant(handle, OLD);
                    handle.execute(
                            "INSERT INTO tenants (id, name, tier, version) VALUES ('old', 'Old',"
                                    + " 'silver', 4)");
                });
        database =
                Database.open(
                        new DatabaseConfig(
                                url,
                                "an_owner",
                                "",
                                DatabaseConfig.DEFAULT_APP_USER,
                                "",
                                DatabaseConfig.DEFAULT_SYSTEM_USER,
                                "",
                                DatabaseConfig.DEFAULT_POOL_SIZE));
    }

    @AfterAll
    static void stop() {
        database.close();
        postgres.close();
    }

    @AfterEach
    void forgetTheTenant() {
        superuser.useHandle(
                handle -> {
                    handle.execute("DELETE FROM tenants WHERE id = 'acme'");
                    handle.execute("DELETE FROM tenant_deletions");
                    handle.execute("DELETE FROM outbox WHERE tenant_id = 'acme'");
                });
    }

    @Test
    void tellsOfTenantsThatWereThereBefore() {
        assertThat(messages(OLD).getFirst()).contains(new TenantPolicy(OLD, 4, true, 10_000));
        assertThat(messages(OLD).getLast()).contains(new TenantPolicy(OLD, 6, true, 10_000));
    }

    @Test
    void tellsOfANewTenantWithItsOwnLimitOnce() {
        asSystem(
                handle -> {
                    insert(handle, "gold");
                    limit(handle, "streams", 3);
                    limit(handle, "series-per-stream", 50);
                });

        assertThat(messages(ACME))
                .containsExactly(Optional.of(new TenantPolicy(ACME, 1, true, 50)));
    }

    @Test
    void makesOneVersionAndOneMessageOfATransactionWhateverItChanges() {
        asSystem(handle -> insert(handle, "gold"));
        asSystem(
                handle -> {
                    handle.execute("UPDATE tenants SET name = 'B' WHERE id = 'acme'");
                    limit(handle, "alerts", 3);
                    handle.execute("UPDATE tenants SET name = 'C' WHERE id = 'acme'");
                    limit(handle, "series-per-stream", 60);
                });
        asSystem(
                handle -> {
                    handle.execute("UPDATE tenants SET name = name WHERE id = 'acme'");
                    limit(handle, "series-per-stream", 70);
                });
        asSystem(handle -> handle.execute("UPDATE tenants SET tier = 'copper' WHERE id = 'acme'"));
        asSystem(handle -> handle.execute("UPDATE tenants SET active = false WHERE id = 'acme'"));

        assertThat(messages(ACME))
                .containsExactly(
                        Optional.of(new TenantPolicy(ACME, 1, true, 100_000)),
                        Optional.of(new TenantPolicy(ACME, 2, true, 60)),
                        Optional.of(new TenantPolicy(ACME, 3, true, 70)),
                        Optional.of(new TenantPolicy(ACME, 4, true, 70)),
                        Optional.of(new TenantPolicy(ACME, 5, false, 70)));
    }

    @Test
    void saysNothingOfWhatChangesNothing() {
        asSystem(handle -> insert(handle, "gold"));
        asSystem(handle -> handle.execute("UPDATE tenants SET name = name WHERE id = 'acme'"));
        asSystem(
                handle ->
                        handle.execute(
                                "UPDATE tenant_resources SET quota_limit = NULL, quota_used = 1"
                                        + " WHERE tenant_id = 'acme'"));
        assertThatThrownBy(
                        () ->
                                asSystem(
                                        handle -> {
                                            limit(handle, "series-per-stream", 1);
                                            throw new IllegalStateException("on purpose");
                                        }))
                .hasMessage("on purpose");

        assertThat(messages(ACME)).hasSize(1);
    }

    @Test
    void tellsOfTheTenantsOfATierThatChangesAndOfNoOther() {
        asSystem(handle -> insert(handle, "platinum"));
        int before = messages(OLD).size();

        tierLimit("platinum", "series-per-stream", 7);
        tierLimit("platinum", "streams", 7); // concerns no job
        asSystem(handle -> limit(handle, "series-per-stream", 9));
        tierLimit("platinum", "series-per-stream", 8); // the tenant has its own now

        assertThat(messages(ACME))
                .containsExactly(
                        Optional.of(new TenantPolicy(ACME, 1, true, 1_000_000)),
                        Optional.of(new TenantPolicy(ACME, 2, true, 7)),
                        Optional.of(new TenantPolicy(ACME, 3, true, 9)));
        assertThat(messages(OLD)).hasSize(before);
    }

    @Test
    void leavesNoTenantBehindThatComesToATierWhileItChanges() throws Exception {
        asSystem(handle -> insert(handle, "copper"));
        CompletableFuture<Void> tier;
        try (Handle moving = superuser.open()) {
            moving.begin();
            moving.execute("UPDATE tenants SET tier = 'gold' WHERE id = 'acme'");

            tier = CompletableFuture.runAsync(() -> tierLimit("gold", "series-per-stream", 11));
            awaitWaiting();
            moving.commit();
        }
        tier.get(30, TimeUnit.SECONDS);

        assertThat(messages(ACME).getLast()).contains(new TenantPolicy(ACME, 3, true, 11));
        tierLimit("gold", "series-per-stream", 100_000);
    }

    @Test
    void tellsOfTheLimitsOfAlerts() throws InvalidInputException {
        asSystem(handle -> insert(handle, "gold"));
        tierLimit("gold", "partial-matches-per-key", 7);
        asSystem(
                handle -> {
                    limit(handle, "partial-matches-per-key", 0);
                    limit(handle, "open-instances-per-alert", 5_000_000_000L);
                    limit(handle, "evaluation-cost-per-second", 1_234);
                });
        tierLimit("gold", "partial-matches-per-key", 500);
        asSystem(
                handle ->
                        handle.execute(
                                "UPDATE tenant_resources SET quota_limit = NULL WHERE tenant_id ="
                                    + " 'acme' AND resource_type = 'evaluation-cost-per-second'"));
        tierLimit("gold", "evaluation-cost-per-second", 7);
        tierLimit("gold", "evaluation-cost-per-second", 250_000);

        List<TenantPolicy> policies = new ArrayList<>();
        for (byte[] payload : payloads(ACME)) {
            policies.add(TenantPolicyCodec.fromBytes(payload));
        }
        assertThat(policies)
                .containsExactly(
                        new TenantPolicy(ACME, 1, true, 100_000, 500, 10_000, 250_000),
                        new TenantPolicy(ACME, 2, true, 100_000, 7, 10_000, 250_000),
                        new TenantPolicy(ACME, 3, true, 100_000, 1, Integer.MAX_VALUE, 1_234),
                        new TenantPolicy(ACME, 4, true, 100_000, 1, Integer.MAX_VALUE, 250_000),
                        new TenantPolicy(ACME, 5, true, 100_000, 1, Integer.MAX_VALUE, 7),
                        new TenantPolicy(ACME, 6, true, 100_000, 1, Integer.MAX_VALUE, 250_000));
    }

    @Test
    void endsWithATombstoneAndGivesTheIdToNobodyElse() {
        asSystem(handle -> insert(handle, "gold"));
        asSystem(
                handle -> {
                    handle.execute("UPDATE tenants SET deleting_since = now() WHERE id = 'acme'");
                    handle.execute(
                            "INSERT INTO tenant_deletions VALUES ('acme', now(), 'someone')");
                });
        asSystem(handle -> handle.execute("DELETE FROM tenants WHERE id = 'acme'"));

        assertThat(messages(ACME))
                .containsExactly(
                        Optional.of(new TenantPolicy(ACME, 1, true, 100_000)),
                        Optional.of(new TenantPolicy(ACME, 2, false, 100_000)),
                        Optional.empty());
        assertThatThrownBy(() -> asSystem(handle -> insert(handle, "gold")))
                .hasMessageContaining("is that of a deleted tenant");
    }

    private static void insert(Handle handle, String tier) {
        handle.execute("INSERT INTO tenants (id, name, tier) VALUES ('acme', 'Acme', ?)", tier);
    }

    private static void limit(Handle handle, String resource, long limit) {
        handle.execute(
                "UPDATE tenant_resources SET quota_limit = ? WHERE tenant_id = 'acme' AND"
                        + " resource_type = ?",
                limit,
                resource);
    }

    private static void tierLimit(String tier, String resource, long limit) {
        owner.useHandle(
                handle ->
                        handle.execute(
                                "UPDATE tier_quotas SET quota_limit = ? WHERE tier = ? AND"
                                        + " resource_type = ?",
                                limit,
                                tier,
                                resource));
    }

    private static void asSystem(HandleConsumer<RuntimeException> work) {
        boolean unused =
                database.inSystem(
                        handle -> {
                            Database.enterTenant(handle, ACME);
                            work.useHandle(handle);
                            return true;
                        });
    }

    private static void awaitWaiting() {
        await().until(
                        () ->
                                superuser.withHandle(
                                        handle ->
                                                handle.select(
                                                                "SELECT EXISTS (SELECT FROM"
                                                                        + " pg_locks WHERE NOT"
                                                                        + " granted)")
                                                        .mapTo(Boolean.class)
                                                        .one()));
    }

    private static List<byte[]> payloads(TenantId tenant) {
        return superuser.withHandle(
                handle ->
                        handle.select(
                                        "SELECT payload FROM outbox WHERE tenant_id = ? AND"
                                                + " message_key = ? ORDER BY id",
                                        tenant.value(),
                                        new TenantPolicyCodec.Key(tenant).toString())
                                .mapTo(byte[].class)
                                .list());
    }

    /** What waits in the outbox for a tenant, in order; empty ones are tombstones. */
    private static List<Optional<TenantPolicy>> messages(TenantId tenant) {
        return superuser.withHandle(
                handle ->
                        handle.select(
                                        "SELECT payload FROM outbox WHERE tenant_id = ? AND"
                                                + " message_key = ? ORDER BY id",
                                        tenant.value(),
                                        new TenantPolicyCodec.Key(tenant).toString())
                                .map((row, context) -> policy(row.getBytes("payload")))
                                .list());
    }

    /** Of the tests that are about the limit of series. */
    private static TenantPolicy withoutAlerts(TenantPolicy policy) {
        return new TenantPolicy(
                policy.tenant(), policy.version(), policy.active(), policy.seriesPerStream());
    }

    private static Optional<TenantPolicy> policy(byte @Nullable [] payload) {
        try {
            return payload == null
                    ? Optional.empty()
                    : Optional.of(withoutAlerts(TenantPolicyCodec.fromBytes(payload)));
        } catch (InvalidInputException e) {
            throw new IllegalStateException(e);
        }
    }
}
