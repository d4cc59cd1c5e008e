package io.streamgauge.control.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.testing.Backends;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connects as the two roles themselves, without the code that sets the tenant. */
class RowLevelSecurityIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final String DAY = "2026-01-07";

    private TenantId mine;
    private Jdbi app;
    private Jdbi system;

    @BeforeEach
    void makeATenant() {
        DatabaseConfig config = BACKENDS.databaseConfig();
        app = Jdbi.create(config.jdbcUrl(), config.appUser(), "");
        system = Jdbi.create(config.jdbcUrl(), config.systemUser(), "");
        mine = BACKENDS.newTenant();
        BACKENDS.newStream(
                mine,
                """
                {"name": "s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
                """);
        BACKENDS.owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "SELECT ensure_day_partition('aggregates', ?::date)", DAY));
    }

    @Test
    void coversEveryTableThatHasATenant() {
        List<String> unprotected =
                BACKENDS.owner()
                        .withHandle(
                                handle ->
                                        handle.select(
                                                        """
                                                        SELECT c.relname FROM pg_class c
                                                        JOIN pg_namespace n ON n.oid = c.relnamespace
                                                        WHERE n.nspname = 'public'
                                                            AND c.relkind IN ('r', 'p')
                                                            AND NOT c.relispartition
                                                            AND NOT (c.relrowsecurity
                                                                AND c.relforcerowsecurity)\
                                                        """)
                                                .mapTo(String.class)
                                                .list());

        assertThat(unprotected)
                .as("what is the platform's, and the same for everyone")
                .containsExactlyInAnyOrder(
                        "projection_offsets",
                        "alerting_clocks",
                        "flyway_schema_history",
                        "resource_types",
                        "tiers",
                        "tier_quotas");
    }

    @Test
    void neitherRoleCanSetItselfAboveThePolicies() {
        List<String> mighty =
                BACKENDS.owner()
                        .withHandle(
                                handle ->
                                        handle.select(
                                                        """
                                                        SELECT rolname FROM pg_roles
                                                        WHERE rolname LIKE 'streamgauge%'
                                                            AND (rolsuper OR rolbypassrls
                                                                OR rolcreaterole)\
                                                        """)
                                                .mapTo(String.class)
                                                .list());

        assertThat(mighty).isEmpty();
    }

    @Test
    void letsNobodyReadTheOutboxButTheRelay() {
        assertThatThrownBy(() -> count(app, mine.value(), "outbox"))
                .hasMessageContaining("permission denied");
        assertThat(count(system, "", "outbox")).isNotNegative();
        assertThatThrownBy(
                        () ->
                                system.useHandle(
                                        handle ->
                                                handle.execute(
                                                        "UPDATE outbox SET message_key = 'x'")))
                .hasMessageContaining("permission denied");
    }

    @Test
    void letsNobodyReachThePartitionsAroundTheirParent() {
        for (Jdbi role : List.of(app, system)) {
            assertThatThrownBy(() -> count(role, mine.value(), "aggregates_20260107"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void forgetsTheTenantWithTheTransaction() {
        Database database = BACKENDS.database();
        int before =
                database.inTenant(
                        mine,
                        handle ->
                                handle.select("SELECT count(*) FROM streams")
                                        .mapTo(Integer.class)
                                        .one());
        String after =
                app.withHandle(
                        handle -> {
                            handle.useTransaction(it -> Database.enterTenant(it, mine));
                            return handle.select("SELECT coalesce(current_tenant(), 'none')")
                                    .mapTo(String.class)
                                    .one();
                        });

        assertThat(before).isEqualTo(1);
        assertThat(after).isEqualTo("none");
    }

    @Test
    void rollsBackWhatFailed() {
        Database database = BACKENDS.database();

        assertThatThrownBy(
                        () ->
                                database.useTenant(
                                        mine,
                                        handle -> {
                                            handle.execute("DELETE FROM streams");
                                            throw new IllegalStateException("on purpose");
                                        }))
                .hasMessage("on purpose");

        assertThat(count(app, mine.value(), "streams")).isEqualTo(1);
    }

    private static int count(Jdbi role, String tenant, String table) {
        return role.inTransaction(
                handle -> {
                    if (!tenant.isEmpty()) {
                        enter(handle, tenant);
                    }
                    return handle.select("SELECT count(*) FROM " + table)
                            .mapTo(Integer.class)
                            .one();
                });
    }

    private static void enter(Handle handle, String tenant) {
        handle.select("SELECT set_config('app.tenant_id', ?, true)", tenant)
                .mapTo(String.class)
                .one();
    }
}
