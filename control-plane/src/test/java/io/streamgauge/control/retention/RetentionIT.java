package io.streamgauge.control.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.control.config.RetentionConfig;
import io.streamgauge.control.testing.Backends;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
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
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(
                            () -> {
                                assertThat(days("aggregates"))
                                        .containsExactly("20010110", "20010111");
                                assertThat(days("rejected_events"))
                                        .containsExactly("20010109", "20010110", "20010111");
                            });
        }
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
                                                    AND c.relname LIKE '%_2001%' ORDER BY 1\
                                                """,
                                                table)
                                        .mapTo(String.class)
                                        .list());
    }
}
