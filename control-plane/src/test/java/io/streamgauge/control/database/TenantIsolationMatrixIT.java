package io.streamgauge.control.database;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.testing.Backends;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every table of the catalog × both roles × {no tenant set, another tenant set} × {select, insert,
 * update, delete}: nothing of a tenant can be seen or touched. What the system's role may do all
 * the same is listed by name; a table that is new is in the matrix by itself.
 */
class TenantIsolationMatrixIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private enum Operation {
        SELECT,
        INSERT,
        UPDATE,
        DELETE
    }

    private record Case(String role, String table, boolean otherTenant, Operation operation) {

        @Override
        public String toString() {
            return "%s %s %s in %s"
                    .formatted(
                            role, operation, table, otherTenant ? "another tenant" : "no tenant");
        }
    }

    /** The operator of the platform, the relay, and the end of a tenant work through these. */
    private static final Set<String> PLATFORM =
            Set.of(
                    "system SELECT tenants",
                    "system INSERT tenants",
                    "system UPDATE tenants",
                    "system DELETE tenants",
                    "system SELECT tenant_resources",
                    "system UPDATE tenant_resources",
                    "system SELECT audit_log",
                    "system INSERT audit_log",
                    "system SELECT tenant_deletions",
                    "system INSERT tenant_deletions",
                    "system UPDATE tenant_deletions",
                    "system SELECT outbox",
                    "system DELETE outbox");

    /** The lock that a relay works under; see {@code OutboxRelay}. */
    private static final long RELAY_LOCK = 0x5347_4f55_5442_4f58L;

    private static TenantRows mine;
    private static TenantRows theirs;
    private static Handle relays;

    @BeforeAll
    static void fillTwoTenants() {
        // Else the relay of a control plane that other tests run takes the messages away.
        relays = BACKENDS.owner().open();
        relays.execute("SELECT pg_advisory_lock(?)", RELAY_LOCK);
        mine = TenantRows.insert(BACKENDS.owner(), BACKENDS.newTenant());
        theirs = TenantRows.insert(BACKENDS.owner(), BACKENDS.newTenant());
    }

    @AfterAll
    static void letRelaysWork() {
        relays.close();
    }

    static List<String> tables() {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                """
                                                SELECT c.relname FROM pg_class c
                                                JOIN pg_namespace n ON n.oid = c.relnamespace
                                                WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
                                                    AND NOT c.relispartition AND c.relrowsecurity
                                                ORDER BY c.relname\
                                                """)
                                        .mapTo(String.class)
                                        .list());
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String role : List.of("app", "system")) {
            for (String table : tables()) {
                for (boolean otherTenant : new boolean[] {false, true}) {
                    for (Operation operation : Operation.values()) {
                        cases.add(new Case(role, table, otherTenant, operation));
                    }
                }
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("tables")
    void hasARowOfEachTenantInEveryTable(String table) {
        for (TenantRows rows : List.of(mine, theirs)) {
            int count =
                    BACKENDS.owner()
                            .withHandle(handle -> count(handle, table, rows.belonging(table)));

            assertThat(count)
                    .as("the matrix proves nothing of a table without rows: add one to TenantRows")
                    .isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void neitherShowsNorTouchesWhatIsAnothers(Case test) {
        String name = "%s %s %s".formatted(test.role(), test.operation(), test.table());
        String outcome = attempt(test);

        if (PLATFORM.contains(name)) {
            assertThat(outcome).as("listed without need").isEqualTo("reached");
        } else {
            assertThat(outcome).isIn("nothing", "refused");
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void letsNoRowBeMovedToAnotherTenant(String table) {
        for (String role : List.of("app", "system")) {
            if (PLATFORM.contains("%s UPDATE %s".formatted(role, table))) {
                continue;
            }
            String column = TenantRows.column(table);
            String target =
                    table.equals("users") ? theirs.user().toString() : theirs.tenant().value();
            String outcome =
                    outcome(
                            role,
                            mine.tenant().value(),
                            handle ->
                                    handle.execute(
                                            "UPDATE %s SET %s = '%s' WHERE %s"
                                                    .formatted(
                                                            table,
                                                            column,
                                                            target,
                                                            mine.belonging(table))));
            assertThat(outcome).as(role + " " + table).isIn("nothing", "refused");
        }
    }

    @ParameterizedTest
    @MethodSource("tables")
    void showsATenantItsOwnRowsWhereItMayReadAtAll(String table) {
        Set<String> hidden = Set.of("outbox", "tenant_deletions");
        String outcome =
                outcome(
                        "app",
                        mine.tenant().value(),
                        handle -> count(handle, table, mine.belonging(table)));

        assertThat(outcome).isEqualTo(hidden.contains(table) ? "refused" : "reached");
    }

    @Test
    void checksAccessToEveryKindOfResource() {
        List<String> withIds =
                BACKENDS.owner()
                        .withHandle(
                                handle ->
                                        handle.select(
                                                        """
                                                        SELECT DISTINCT t.table_name
                                                        FROM information_schema.columns t
                                                        WHERE t.table_schema = 'public' AND t.column_name = 'id'
                                                            AND t.table_name = ANY (?)
                                                            AND t.table_name NOT IN ('outbox', 'users')\
                                                        """,
                                                        (Object) tables().toArray(new String[0]))
                                                .mapTo(String.class)
                                                .list());
        assertThat(withIds)
                .as("every kind of resource is in tenant_of_resource and in TenantRows")
                .containsExactlyInAnyOrderElementsOf(TenantRows.tablesOfResources());

        for (String id : mine.resourceIds()) {
            assertThat(access(mine, id)).as(id).isTrue();
            assertThat(access(theirs, id)).as(id).isFalse();
        }
        assertThat(access(mine, "no-such-tenant")).isFalse();
        assertThat(access(mine, "00000000-0000-0000-0000-000000000000")).isFalse();
    }

    @Test
    void givesNoAccessWithinATenantThatIsNotActive() {
        TenantRows rows = TenantRows.insert(BACKENDS.owner(), BACKENDS.newTenant());
        BACKENDS.owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenants SET active = false WHERE id = ?",
                                        rows.tenant().value()));

        for (String id : rows.resourceIds()) {
            assertThat(access(rows, id)).as(id).isFalse();
        }
    }

    private static boolean access(TenantRows member, String resource) {
        return role("app")
                .withHandle(
                        handle ->
                                handle.select(
                                                "SELECT check_tenant_access(?, ?)",
                                                member.user(),
                                                resource)
                                        .mapTo(Boolean.class)
                                        .one());
    }

    private static String attempt(Case test) {
        String table = test.table();
        String belonging = theirs.belonging(table);
        return outcome(
                test.role(),
                test.otherTenant() ? mine.tenant().value() : "",
                handle ->
                        switch (test.operation()) {
                            case SELECT -> count(handle, table, belonging);
                            case INSERT -> insertCopy(handle, table);
                            case UPDATE ->
                                    handle.execute(
                                            "UPDATE %s SET %s WHERE %s"
                                                    .formatted(
                                                            table,
                                                            TenantRows.assignment(table),
                                                            belonging));
                            case DELETE ->
                                    handle.execute(
                                            "DELETE FROM %s WHERE %s".formatted(table, belonging));
                        });
    }

    /** Policies are asked before keys: a copy of a row that is there will do. */
    private static int insertCopy(Handle handle, String table) {
        String row =
                BACKENDS.owner()
                        .withHandle(
                                owner ->
                                        owner.select(
                                                        "SELECT to_jsonb(t)::text FROM %s t WHERE %s LIMIT 1"
                                                                .formatted(
                                                                        table,
                                                                        theirs.belonging(table)))
                                                .mapTo(String.class)
                                                .one());
        return handle.execute(
                """
                INSERT INTO %s OVERRIDING SYSTEM VALUE
                SELECT * FROM jsonb_populate_record(NULL::%s, CAST(? AS jsonb))\
                """
                        .formatted(table, table),
                row);
    }

    /** What came of a statement, which is always rolled back. */
    private static String outcome(String role, String tenant, ToIntFunction<Handle> statement) {
        try (Handle handle = role(role).open()) {
            handle.begin();
            handle.select("SELECT set_config('app.tenant_id', ?, true)", tenant)
                    .mapTo(String.class)
                    .one();
            try {
                return statement.applyAsInt(handle) == 0 ? "nothing" : "reached";
            } catch (JdbiException e) {
                String message = String.valueOf(e.getMessage());
                if (message.contains("permission denied")
                        || message.contains("row-level security policy")) {
                    return "refused";
                }
                // The policies let it pass; that it fails for another reason protects nobody.
                return message.contains("duplicate key") || message.contains("foreign key")
                        ? "reached"
                        : message;
            } finally {
                handle.rollback();
            }
        }
    }

    private static int count(Handle handle, String table, String condition) {
        return handle.select("SELECT count(*) FROM %s WHERE %s".formatted(table, condition))
                .mapTo(Integer.class)
                .one();
    }

    private static Jdbi role(String name) {
        DatabaseConfig config = BACKENDS.databaseConfig();
        return Jdbi.create(
                config.jdbcUrl(), name.equals("app") ? config.appUser() : config.systemUser(), "");
    }
}
