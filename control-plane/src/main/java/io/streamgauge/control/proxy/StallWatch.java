package io.streamgauge.control.proxy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Ends writes to clients that do not read. A blocking write has no limit of its own, and would hold
 * its connection to the service for as long as the client likes. Interrupting a virtual thread that
 * waits for a socket closes the socket, which here is the client's.
 *
 * <p>Writers enter and leave on their threads; {@link #check} runs on another, again and again.
 */
final class StallWatch {

    private final Duration limit;
    private final Set<Write> writes = ConcurrentHashMap.newKeySet();

    StallWatch(Duration limit) {
        this.limit = limit;
    }

    /** One who writes to a client; to be closed when there is nothing more to write. */
    Write writer() {
        Write write = new Write(Thread.currentThread());
        writes.add(write);
        return write;
    }

    /** Ends what has not moved for the limit. */
    void check() {
        long now = System.nanoTime();
        writes.forEach(write -> write.check(now, limit.toNanos()));
    }

    /** The writes of one thread for one response. */
    final class Write implements AutoCloseable {

        private final Thread thread;
        private final ReentrantLock lock = new ReentrantLock();
        private boolean writing; // guarded by lock, as the next
        private long sinceNanos;

        private Write(Thread thread) {
            this.thread = thread;
        }

        /** A write begins. */
        void enter() {
            lock.lock();
            try {
                writing = true;
                sinceNanos = System.nanoTime();
            } finally {
                lock.unlock();
            }
        }

        /** A write has ended. */
        void leave() {
            lock.lock();
            try {
                writing = false;
            } finally {
                lock.unlock();
            }
        }

        private void check(long now, long limitNanos) {
            lock.lock();
            try {
                if (writing && now - sinceNanos > limitNanos) {
                    thread.interrupt();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            writes.remove(this);
        }
    }
}
