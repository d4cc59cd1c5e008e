package io.streamgauge.control.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.RetentionConfig;
import io.streamgauge.control.testing.Backends;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RetentionIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    @Test
    void dropsTheDaysThatAreWhollyOverAtTheStart() {
        // In a time of its own, before everything that other tests keep.
        for (String day : List.of("2001-01-01", "2001-01-09", "2001-01-10", "2001-01-11")) {
            for (String table : List.of("aggregates", "rejected_events")) {
                BACKENDS.owner()
                        .useHandle(
                                handle ->
                                        handle.execute(
                                                "SELECT ensure_day_partition(?, ?::date)",
                                                table,
                                                day));
            }
        }
        Clock clock = Clock.fixed(Instant.parse("2001-01-11T08:00:00Z"), ZoneOffset.UTC);
        RetentionConfig config = new RetentionConfig(Duration.ofDays(1), Duration.ofDays(2));

        try (Retention retention = Retention.start(BACKENDS.database(), config, clock)) {
            assertThat(retention).isNotNull();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> {
                                assertThat(days("aggregates"))
                                        .containsExactly("20010110", "20010111");
                                assertThat(days("rejected_events"))
                                        .containsExactly("20010109", "20010110", "20010111");
                            });
        }
    }

    @Test
    void deletesWhatATenantMayNotKeepAsLongAsThePlatformDoes() {
        TenantId copper = newTenant("copper", null); // a week
        TenantId own = newTenant("platinum", 2);
        TenantId gold = newTenant("gold", null); // 90 days
        for (String day : List.of("2001-02-20", "2001-02-22", "2001-02-27", "2001-03-01")) {
            for (TenantId tenant : List.of(copper, own, gold)) {
                insert(tenant, day, tenant.equals(own) ? 10_001 : 1);
            }
        }
        Clock clock = Clock.fixed(Instant.parse("2001-03-01T08:00:00Z"), ZoneOffset.UTC);
        RetentionConfig config = new RetentionConfig(Duration.ofDays(90), Duration.ofDays(80));

        try (Retention retention = Retention.start(BACKENDS.database(), config, clock)) {
            assertThat(retention).isNotNull();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () -> {
                                for (String table : List.of("aggregates", "rejected_events")) {
                                    assertThat(daysOf(table, copper))
                                            .containsExactly(
                                                    "2001-02-22", "2001-02-27", "2001-03-01");
                                    assertThat(daysOf(table, own))
                                            .containsExactly("2001-02-27", "2001-03-01");
                                }
                            });
        }

        for (String table : List.of("aggregates", "rejected_events")) {
            assertThat(daysOf(table, gold))
                    .containsExactly("2001-02-20", "2001-02-22", "2001-02-27", "2001-03-01");
        }
    }

    @Test
    void deletesWhatIsOverOfAlertsAndKeepsWhatIsOpen() {
        TenantId tenant = newTenant("platinum", 2);
        for (String ended : List.of("2001-02-26", "2001-02-27", "2001-03-01")) {
            insertInstance(tenant, "resolved", ended);
        }
        insertInstance(tenant, "firing", null);
        Clock clock = Clock.fixed(Instant.parse("2001-03-01T08:00:00Z"), ZoneOffset.UTC);
        RetentionConfig config = new RetentionConfig(Duration.ofDays(90), Duration.ofDays(80));

        try (Retention retention = Retention.start(BACKENDS.database(), config, clock)) {
            assertThat(retention).isNotNull();
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(
                            () ->
                                    assertThat(endsOf(tenant))
                                            .containsExactly("2001-02-27", "2001-03-01", "open"));
        }
    }

    private static void insertInstance(TenantId tenant, String state, @Nullable String ended) {
        BACKENDS.owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        """
                                        INSERT INTO alert_instances (id, tenant_id, alert_id, name,
                                            version, shadow, fingerprint, key, state, started_at,
                                            ended_at, severity, labels, annotations, evidence,
                                            updated_at)
                                        VALUES (gen_random_uuid(), ?, gen_random_uuid(), 'a', 1,
                                            false, 'f', '{}', ?, '2001-01-01Z', ?::timestamptz,
                                            'info', '{}', '{}', '{}', now())\
                                        """,
                                        tenant.value(),
                                        state,
                                        ended == null ? null : ended + " 10:00Z"));
    }

    private static List<String> endsOf(TenantId tenant) {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                """
                                                SELECT coalesce(to_char(ended_at AT TIME ZONE 'UTC',
                                                    'YYYY-MM-DD'), 'open')
                                                FROM alert_instances WHERE tenant_id = ? ORDER BY 1\
                                                """,
                                                tenant.value())
                                        .mapTo(String.class)
                                        .list());
    }

    private static TenantId newTenant(String tier, @Nullable Integer days) {
        TenantId tenant = BACKENDS.newTenant();
        BACKENDS.owner()
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "UPDATE tenants SET tier = ? WHERE id = ?",
                                    tier,
                                    tenant.value());
                            handle.execute(
                                    "UPDATE tenant_resources SET quota_limit = ? WHERE tenant_id ="
                                            + " ? AND resource_type = 'retention-days'",
                                    days,
                                    tenant.value());
                        });
        return tenant;
    }

    private static void insert(TenantId tenant, String day, int rows) {
        BACKENDS.owner()
                .useHandle(
                        handle -> {
                            handle.execute(
                                    "SELECT ensure_day_partition('aggregates', ?::date)", day);
                            handle.execute(
                                    "SELECT ensure_day_partition('rejected_events', ?::date)", day);
                            handle.execute(
                                    """
                                    INSERT INTO aggregates
                                    SELECT ?, gen_random_uuid(), 1, ?::timestamptz, gen_random_uuid(), 0,
                                        'on-time', 1, '{}' FROM generate_series(1, ?)\
                                    """,
                                    tenant.value(),
                                    day + " 23:59:59.999Z",
                                    rows);
                            handle.execute(
                                    """
                                    INSERT INTO rejected_events
                                    SELECT ?, gen_random_uuid(), 0, i, 'late', '', ?::timestamptz, '{}'
                                    FROM generate_series(1, ?) i\
                                    """,
                                    tenant.value(),
                                    day + " 00:00:00Z",
                                    rows);
                        });
    }

    private static List<String> daysOf(String table, TenantId tenant) {
        String time = table.equals("aggregates") ? "window_start" : "arrived_at";
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                """
                                                SELECT DISTINCT to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD')
                                                FROM %s WHERE tenant_id = ? ORDER BY 1\
                                                """
                                                        .formatted(time, table),
                                                tenant.value())
                                        .mapTo(String.class)
                                        .list());
    }

    private static List<String> days(String table) {
        return BACKENDS.owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                """
                                                SELECT right(c.relname, 8) FROM pg_inherits i
                                                JOIN pg_class c ON c.oid = i.inhrelid
                                                WHERE i.inhparent = ?::regclass
                                                    AND c.relname LIKE '%_200101%' ORDER BY 1\
                                                """,
                                                table)
                                        .mapTo(String.class)
                                        .list());
    }
}
