package io.streamgauge.control.event;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets threads through while it is open. Once it has been closed for longer than they may wait,
 * nobody waits any more: during a long outage every request is told so at once.
 */
final class Gate {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition opened = lock.newCondition();
    private volatile boolean open = true;
    private long closedAtNanos; // guarded by lock

    void open() {
        if (open) {
            return;
        }
        lock.lock();
        try {
            open = true;
            opened.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            if (open) {
                open = false;
                closedAtNanos = System.nanoTime();
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isOpen() {
        return open;
    }

    /**
     * Waits for the gate to be open.
     *
     * @param limit counted from when it was closed
     * @return false where it was not opened within the limit
     */
    boolean await(Duration limit) throws InterruptedException {
        if (open) {
            return true;
        }
        lock.lockInterruptibly();
        try {
            long remaining = closedAtNanos + limit.toNanos() - System.nanoTime();
            while (!open && remaining > 0) {
                remaining = opened.awaitNanos(remaining);
            }
            return open;
        } finally {
            lock.unlock();
        }
    }
}
