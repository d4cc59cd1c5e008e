package io.streamgauge.control.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.testing.Backends;
import java.util.List;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Connects as the two roles themselves, without the code that sets the tenant. */
class RowLevelSecurityIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final String DAY = "2026-01-07";

    private TenantId mine;
    private TenantId theirs;
    private StreamId theirStream;
    private Jdbi app;
    private Jdbi system;

    @BeforeEach
    void fillTwoTenants() {
        DatabaseConfig config = BACKENDS.databaseConfig();
        app = Jdbi.create(config.jdbcUrl(), config.appUser(), "");
        system = Jdbi.create(config.jdbcUrl(), config.systemUser(), "");
        mine = BACKENDS.newTenant();
        theirs = BACKENDS.newTenant();
        fill(mine);
        theirStream = fill(theirs);
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
                .containsExactlyInAnyOrder("projection_offsets", "flyway_schema_history");
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

    @ParameterizedTest
    @ValueSource(strings = {"tenants", "streams", "series", "aggregates", "rejected_events"})
    void showsNothingWithoutATenantAndOnlyItsOwnWithOne(String table) {
        assertThat(count(app, "", table)).as("no tenant").isZero();
        assertThat(count(app, mine.value(), table)).as("mine").isEqualTo(1);
        assertThat(countOf(app, mine, table, theirs)).as("theirs, seen from mine").isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams", "series", "aggregates"})
    void bindsTheSystemRoleLikewise(String table) {
        assertThat(count(system, "", table)).isZero();
        assertThat(count(system, mine.value(), table)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"streams", "series", "aggregates", "rejected_events"})
    void letsNoRowOfAnotherTenantBeDeleted(String table) {
        int deleted =
                app.inTransaction(
                        handle -> {
                            enter(handle, mine.value());
                            return handle.execute(
                                    "DELETE FROM " + table + " WHERE tenant_id = ?",
                                    theirs.value());
                        });

        assertThat(deleted).isZero();
        assertThat(count(app, theirs.value(), table)).isEqualTo(1);
    }

    @Test
    void letsNoRowOfAnotherTenantBeWrittenOrMovedThere() {
        refusedByPolicy(
                app,
                mine.value(),
                "INSERT INTO streams VALUES ('%s', gen_random_uuid(), 'x', '{}', 1, now(), now())"
                        .formatted(theirs));
        refusedByPolicy(app, mine.value(), "UPDATE streams SET tenant_id = '%s'".formatted(theirs));
        refusedByPolicy(
                app,
                mine.value(),
                "INSERT INTO outbox (tenant_id, message_key) VALUES ('%s', 'k')".formatted(theirs));
        refusedByPolicy(
                system,
                mine.value(),
                "INSERT INTO series VALUES ('%s', '%s', gen_random_uuid(), '{}')"
                        .formatted(theirs, theirStream));
        refusedByPolicy(
                system,
                mine.value(),
                """
                INSERT INTO aggregates VALUES ('%s', '%s', 1, '%s 11:00Z', gen_random_uuid(),
                    0, 'on-time', 1, '{}')\
                """
                        .formatted(theirs, theirStream, DAY));
        refusedByPolicy(
                system,
                mine.value(),
                """
                INSERT INTO rejected_events VALUES ('%s', '%s', 0, 2, 'late', '', '%s 11:00Z', '')\
                """
                        .formatted(theirs, theirStream, DAY));
    }

    @Test
    void letsNoRowBeWrittenWithoutATenant() {
        refusedByPolicy(
                app,
                "",
                "INSERT INTO streams VALUES ('%s', gen_random_uuid(), 'x', '{}', 1, now(), now())"
                        .formatted(mine));
        refusedByPolicy(
                app,
                "",
                "INSERT INTO outbox (tenant_id, message_key) VALUES ('%s', 'k')".formatted(mine));
        refusedByPolicy(
                system,
                "",
                "INSERT INTO rejected_events VALUES ('%s', '%s', 0, 3, 'late', '', '%s 11:00Z', '')"
                        .formatted(mine, theirStream, DAY));
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

    private static void refusedByPolicy(Jdbi role, String tenant, String sql) {
        assertThatThrownBy(
                        () ->
                                role.useTransaction(
                                        handle -> {
                                            enter(handle, tenant);
                                            handle.execute(sql);
                                        }))
                .as(sql)
                .isInstanceOf(UnableToExecuteStatementException.class)
                .hasMessageContaining("row-level security policy");
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

    private static int countOf(Jdbi role, TenantId as, String table, TenantId of) {
        String column = table.equals("tenants") ? "id" : "tenant_id";
        return role.inTransaction(
                handle -> {
                    enter(handle, as.value());
                    return handle.select(
                                    "SELECT count(*) FROM " + table + " WHERE " + column + " = ?",
                                    of.value())
                            .mapTo(Integer.class)
                            .one();
                });
    }

    private static void enter(Handle handle, String tenant) {
        handle.select("SELECT set_config('app.tenant_id', ?, true)", tenant)
                .mapTo(String.class)
                .one();
    }

    /** A row in every table. */
    private static StreamId fill(TenantId tenant) {
        StreamId stream = new StreamId(UUID.randomUUID());
        BACKENDS.owner()
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "SELECT ensure_day_partition('aggregates', ?::date)", DAY);
                            handle.execute(
                                    "SELECT ensure_day_partition('rejected_events', ?::date)", DAY);
                            handle.execute(
                                    "INSERT INTO streams VALUES (?, ?, 's', '{}', 1, now(), now())",
                                    tenant.value(),
                                    stream.value());
                            handle.execute(
                                    "INSERT INTO series VALUES (?, ?, gen_random_uuid(), '{}')",
                                    tenant.value(),
                                    stream.value());
                            handle.execute(
                                    "INSERT INTO aggregates VALUES (?, ?, 1, ?::timestamptz,"
                                            + " gen_random_uuid(), 0, 'on-time', 1, '{}')",
                                    tenant.value(),
                                    stream.value(),
                                    DAY + " 10:00Z");
                            handle.execute(
                                    "INSERT INTO rejected_events VALUES (?, ?, 0, 1, 'late', '',"
                                            + " ?::timestamptz, '')",
                                    tenant.value(),
                                    stream.value(),
                                    DAY + " 10:00Z");
                        });
        return stream;
    }
}
