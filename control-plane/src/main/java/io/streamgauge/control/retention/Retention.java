package io.streamgauge.control.retention;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.background.BackgroundLoop;
import io.streamgauge.control.config.RetentionConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.tenant.Quota;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends results whose time is over, at the start and then once a day. What is older than anyone may
 * keep it goes by whole partitions, which costs next to nothing. What a tenant's quota of days ends
 * earlier has to be deleted, which costs about what writing it did.
 */
public final class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final Duration PERIOD = Duration.ofDays(1);
    private static final Duration PERIOD_AFTER_FAILURE = Duration.ofMinutes(10);

    /** Only one replica at a time: two that drop the same table would fail each other. */
    private static final long LOCK = 0x5347_5245_5445_4e54L; // "SGRETENT"

    private final Database database;
    private final RetentionConfig config;
    private final Clock clock;
    private final BackgroundLoop loop;

    private Retention(Database database, RetentionConfig config, Clock clock) {
        this.database = database;
        this.config = config;
        this.clock = clock;
        loop = new BackgroundLoop("retention", this::round);
    }

    /** Starts the daily work. */
    public static Retention start(Database database, RetentionConfig config, Clock clock) {
        Retention retention = new Retention(database, config, clock);
        retention.loop.start();
        return retention;
    }

    /** Stops, after the work under way or 2 s, whichever is earlier. */
    @Override
    public void close() {
        loop.close();
    }

    private Duration round() {
        try {
            drop(DayTable.AGGREGATES, config.aggregates());
            drop(DayTable.REJECTED_EVENTS, config.rejectedEvents());
            drop(DayTable.ANOMALIES, config.aggregates()); // what they are about
            for (DayTable table : DayTable.values()) {
                deleteOutlived(table);
            }
            for (AlertHistory history : AlertHistory.values()) {
                deleteOutlived(history);
            }
            return PERIOD;
        } catch (RuntimeException e) {
            if (!loop.isClosed()) {
                LOG.warn("results whose time is over could not be dropped; trying again", e);
            }
            return PERIOD_AFTER_FAILURE;
        }
    }

    private void drop(DayTable table, Duration kept) {
        LocalDate firstDay = LocalDate.ofInstant(clock.instant().minus(kept), ZoneOffset.UTC);
        int dropped =
                database.inSystemAlone(
                                LOCK,
                                handle -> {
                                    // A reader may hold a partition; everyone else would queue
                                    // behind us.
                                    handle.execute("SET LOCAL lock_timeout = '5s'");
                                    return handle.createQuery(
                                                    "SELECT drop_day_partitions_before(:table,"
                                                            + " :day)")
                                            .bind("table", table.table())
                                            .bind("day", firstDay)
                                            .mapTo(Integer.class)
                                            .one();
                                })
                        .orElse(0);
        if (dropped > 0) {
            LOG.info("{}: {} days before {} dropped", table.table(), dropped, firstDay);
        }
    }

    /** Deletes what tenants may not keep as long as the platform does. */
    private void deleteOutlived(DayTable table) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        for (LocalDate day : database.inSystem(table::days)) {
            if (day.isBefore(today)) {
                long age = ChronoUnit.DAYS.between(day, today);
                for (TenantId tenant :
                        database.inSystem(handle -> outlived(handle, table, day, age))) {
                    delete(
                            table.table(),
                            tenant,
                            "of " + day,
                            handle -> table.deleteSome(handle, tenant, day));
                }
            }
        }
    }

    /** Deletes what is over for longer than the tenant, or anyone, may keep results. */
    private void deleteOutlived(AlertHistory history) {
        LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
        for (AlertHistory.Keeper keeper : database.inSystem(AlertHistory::keepers)) {
            LocalDate first =
                    today.minusDays(Math.min(keeper.days(), config.aggregates().toDays()));
            delete(
                    history.table(),
                    keeper.tenant(),
                    "before " + first,
                    handle -> history.deleteSome(handle, keeper.tenant(), first));
        }
    }

    /** Tenants with rows of a day that is older than they may keep rows. */
    private static List<TenantId> outlived(Handle handle, DayTable table, LocalDate day, long age) {
        return handle.createQuery(
                        """
                        SELECT t.id FROM tenants_in_day(:table, :day) AS present
                        JOIN tenants t ON t.id = present
                        JOIN tier_quotas q ON q.tier = t.tier AND q.resource_type = :quota
                        JOIN tenant_resources r
                            ON r.tenant_id = t.id AND r.resource_type = q.resource_type
                        WHERE coalesce(r.quota_limit, q.quota_limit) < :age\
                        """)
                .bind("table", table.table())
                .bind("day", day)
                .bind("quota", Quota.RETENTION_DAYS.wireName())
                .bind("age", age)
                .map((row, context) -> new TenantId(row.getString("id")))
                .list();
    }

    private void delete(
            String table, TenantId tenant, String time, ToIntFunction<Handle> deleteSome) {
        long rows = 0;
        Optional<Integer> deleted = Optional.of(0);
        do {
            rows += deleted.get();
            deleted =
                    loop.isClosed()
                            ? Optional.empty()
                            : database.inSystemAlone(
                                    LOCK,
                                    handle -> {
                                        Database.enterTenant(handle, tenant);
                                        return deleteSome.applyAsInt(handle);
                                    });
        } while (deleted.isPresent() && deleted.get() > 0);
        if (rows > 0) {
            LOG.info("{}: {} rows of tenant {} {} deleted", table, rows, tenant, time);
        }
    }
}
