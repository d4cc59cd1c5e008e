package io.streamgauge.control.outbox;

import io.streamgauge.contracts.TenantId;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Takes messages for the control topic into the transaction that makes the change they tell of.
 *
 * <p>Messages with one key are published in the order of their commits only where each transaction
 * has locked the row that the key names before it calls {@link #append}: the id that is drawn here
 * is the order.
 */
public final class Outbox {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition committed = lock.newCondition();
    private boolean workWaits; // guarded by lock

    /** Adds a message to the present transaction, which is in the tenant. */
    public void append(Handle handle, TenantId tenant, String key, byte[] payload) {
        insert(handle, tenant, key, payload);
    }

    /** Adds a tombstone: the end of what the key names. */
    public void appendTombstone(Handle handle, TenantId tenant, String key) {
        insert(handle, tenant, key, null);
    }

    /**
     * Tells the relay that a transaction with messages has been committed. Only for speed: where
     * this is not called, as after a crash, the relay finds the messages by itself.
     */
    public void committed() {
        lock.lock();
        try {
            workWaits = true;
            committed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for {@link #committed}, a while at most; at once where it was called meanwhile. */
    void awaitWork(Duration atMost) throws InterruptedException {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while (!workWaits && left > 0) {
                left = committed.awaitNanos(left);
            }
            workWaits = false;
        } finally {
            lock.unlock();
        }
    }

    private static void insert(
            Handle handle, TenantId tenant, String key, byte @Nullable [] payload) {
        handle.createUpdate(
                        """
                        INSERT INTO outbox (tenant_id, message_key, payload)
                        VALUES (:tenant, :key, :payload)\
                        """)
                .bind("tenant", tenant.value())
                .bind("key", key)
                .bind("payload", payload)
                .execute();
    }
}
