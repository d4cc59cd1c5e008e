package io.streamgauge.control.tenantadmin;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.background.BackgroundLoop;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.outbox.Outbox;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the deletions that are asked for, one after the other, and goes on after a restart
 * with what was not finished. A deletion that has to wait holds up no other. While the database is
 * away it says so once and tries again.
 */
public final class TenantDeletions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TenantDeletions.class);

    /** Another replica may have taken a request, and died. */
    private static final Duration IDLE = Duration.ofSeconds(5);

    private static final Duration WAITING = Duration.ofMillis(500);
    private static final Duration FAILED = Duration.ofSeconds(5);

    private final Database database;
    private final TenantEraser eraser;
    private final DeletionRepository deletions = new DeletionRepository();
    private final BackgroundLoop loop;
    private boolean failing; // only the loop's thread

    private TenantDeletions(Database database, TenantEraser eraser) {
        this.database = database;
        this.eraser = eraser;
        loop = new BackgroundLoop("tenant-deletions", this::round);
    }

    /** Starts with what is not finished. */
    public static TenantDeletions start(
            Database database, Outbox outbox, AuditLog audit, Clock clock) {
        TenantDeletions deletions =
                new TenantDeletions(database, new TenantEraser(database, outbox, audit, clock));
        deletions.loop.start();
        return deletions;
    }

    /** Tells that a deletion has been asked for. Only for speed: it would be found anyway. */
    void requested() {
        loop.wake();
    }

    /** Stops after the transaction under way, or after 2 s; another start goes on from there. */
    @Override
    public void close() {
        loop.close();
    }

    private Duration round() {
        boolean waiting = false;
        boolean failed = false;
        try {
            for (TenantId tenant : database.inSystem(deletions::unfinished)) {
                try {
                    waiting |= !erase(tenant);
                } catch (RuntimeException e) {
                    failed = true;
                    failed("the deletion of tenant " + tenant, e);
                }
            }
        } catch (RuntimeException e) {
            failed = true;
            failed("looking for tenants to delete", e);
        }
        if (failed) {
            return FAILED;
        }
        if (failing) {
            failing = false;
            LOG.info("deletions of tenants go on");
        }
        return waiting ? WAITING : IDLE;
    }

    private boolean erase(TenantId tenant) {
        boolean finished = eraser.erase(tenant, loop::isClosed);
        if (finished) {
            LOG.info("tenant {}: deleted", tenant);
        }
        return finished;
    }

    private void failed(String what, RuntimeException failure) {
        if (!failing && !loop.isClosed()) {
            failing = true;
            LOG.warn("{} failed; trying again", what, failure);
        }
    }
}
