package io.streamgauge.control.retention;

import io.streamgauge.control.config.RetentionConfig;
import io.streamgauge.control.database.Database;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops results whose time is over, at the start and then once a day. Drops whole partitions, which
 * costs next to nothing; deleting rows would cost as much as writing them did.
 */
public final class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private static final Duration PERIOD = Duration.ofDays(1);
    private static final Duration PERIOD_AFTER_FAILURE = Duration.ofMinutes(10);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);

    /** Only one replica at a time: two that drop the same table would fail each other. */
    private static final long LOCK = 0x5347_5245_5445_4e54L; // "SGRETENT"

    private final Database database;
    private final RetentionConfig config;
    private final Clock clock;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private boolean closed; // guarded by lock

    private Retention(Database database, RetentionConfig config, Clock clock) {
        this.database = database;
        this.config = config;
        this.clock = clock;
        thread = Thread.ofVirtual().name("retention").unstarted(this::run);
    }

    /** Starts the daily work. */
    public static Retention start(Database database, RetentionConfig config, Clock clock) {
        Retention retention = new Retention(database, config, clock);
        retention.thread.start();
        return retention;
    }

    /** Stops, after the work under way or 2 s, whichever is earlier. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(CLOSE_PATIENCE)) { // in a statement that waits for a lock
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause;
        do {
            try {
                dropExpired();
                pause = PERIOD;
            } catch (RuntimeException e) {
                LOG.warn("results whose time is over could not be dropped; trying again", e);
                pause = PERIOD_AFTER_FAILURE;
            }
        } while (waits(pause));
    }

    /** True after the pause, false where this was closed. */
    private boolean waits(Duration pause) {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void dropExpired() {
        drop("aggregates", config.aggregates());
        drop("rejected_events", config.rejectedEvents());
    }

    private void drop(String table, Duration kept) {
        LocalDate firstDay = LocalDate.ofInstant(clock.instant().minus(kept), ZoneOffset.UTC);
        int dropped =
                database.inSystem(
                        handle -> {
                            // A reader may hold a partition; everyone else would queue behind us.
                            handle.execute("SET LOCAL lock_timeout = '5s'");
                            boolean alone =
                                    handle.createQuery("SELECT pg_try_advisory_xact_lock(:lock)")
                                            .bind("lock", LOCK)
                                            .mapTo(Boolean.class)
                                            .one();
                            return alone
                                    ? handle.createQuery(
                                                    "SELECT drop_day_partitions_before(:table,"
                                                            + " :day)")
                                            .bind("table", table)
                                            .bind("day", firstDay)
                                            .mapTo(Integer.class)
                                            .one()
                                    : 0;
                        });
        if (dropped > 0) {
            LOG.info("{}: {} days before {} dropped", table, dropped, firstDay);
        }
    }
}
