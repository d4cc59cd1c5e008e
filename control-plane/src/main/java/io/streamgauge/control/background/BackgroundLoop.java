package io.streamgauge.control.background;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does work round by round on a virtual thread of its own, with pauses between the rounds that the
 * work itself decides on. {@link #wake} ends a pause early. A round that fails is the work's own to
 * deal with; one that throws all the same is logged, and tried again.
 */
public final class BackgroundLoop implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BackgroundLoop.class);

    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(10);

    private final String name;
    private final Supplier<Duration> round;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean workWaits; // guarded by lock
    private volatile boolean closed; // written under lock

    /**
     * @param name of the thread, and in the log
     * @param round works, and says how long to pause before the next round; a long one asks {@link
     *     #isClosed} now and then
     */
    public BackgroundLoop(String name, Supplier<Duration> round) {
        this.name = name;
        this.round = round;
        thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    /** Begins with the first round. */
    public void start() {
        thread.start();
    }

    /** Ends the pause, or lets the next one be none. */
    public void wake() {
        lock.lock();
        try {
            workWaits = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the round under way should come to its end. */
    public boolean isClosed() {
        return closed;
    }

    /** Stops after the round under way or after 2 s, whichever is earlier. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(CLOSE_PATIENCE)) { // in a statement that waits for a lock, perhaps
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
                pause = round.get();
            } catch (RuntimeException e) {
                if (!closed) {
                    LOG.error("{}: a round failed; trying again", name, e);
                }
                pause = PAUSE_AFTER_FAILURE;
            }
        } while (waits(pause));
    }

    /** True after the pause or when woken, false where this was closed. */
    private boolean waits(Duration pause) {
        lock.lock();
        try {
            long left = pause.toNanos();
            while (!closed && !workWaits && left > 0) {
                left = changed.awaitNanos(left);
            }
            workWaits = false;
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
