package io.streamgauge.control.http;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A thread's waiting for a client, in one direction: a read or a write that blocks. Begun and ended
 * by that thread, and cut by the clock's. A wait that was cut stays so.
 *
 * <p>Cutting and ending race for one word; who loses knows, so that no interrupt reaches a thread
 * that has gone on to other work.
 */
final class Wait {

    /** What a wait that is not there, or was cut, looks like. */
    static final long NONE = 0;

    private static final long CUT = Long.MIN_VALUE;

    /** When the present wait is over, in nanoseconds of the JVM's clock; or one of the above. */
    private final AtomicLong word = new AtomicLong(NONE);

    private volatile @Nullable Thread thread;

    /**
     * The present thread is going to block.
     *
     * @throws CutOffException where an earlier wait was cut
     */
    void begin(long deadlineNanos) {
        thread = Thread.currentThread();
        start(deadlineNanos);
    }

    /** A thread that is not known is going to block. */
    void beginElsewhere(long deadlineNanos) {
        thread = null;
        start(deadlineNanos);
    }

    /**
     * The thread has blocked long enough.
     *
     * @throws CutOffException where that was too long
     */
    void end() {
        if (word.getAndUpdate(present -> present == CUT ? CUT : NONE) == CUT) {
            throw new CutOffException();
        }
    }

    /** Stands for the present wait; {@link #NONE} where there is none. */
    long present() {
        long present = word.get();
        return present == CUT ? NONE : present;
    }

    boolean isCut() {
        return word.get() == CUT;
    }

    /** Whether a wait is over. */
    static boolean isOver(long wait, long nowNanos) {
        return wait != NONE && nowNanos - wait > 0;
    }

    /** Cuts this wait and no other; true where this call did it. */
    boolean cut(long wait) {
        return wait != NONE && word.compareAndSet(wait, CUT);
    }

    /**
     * Ends the blocking call of a wait that was cut, and closes the socket: that is what an
     * interrupt does to a virtual thread. From outside, TLS could not be closed without writing,
     * which may block as well. False where the thread is not known.
     */
    boolean interrupt() {
        Thread waiting = thread;
        if (waiting == null) {
            return false;
        }
        waiting.interrupt();
        return true;
    }

    private void start(long deadlineNanos) {
        long wait = deadlineNanos == NONE || deadlineNanos == CUT ? 1 : deadlineNanos;
        if (word.getAndUpdate(present -> present == CUT ? CUT : wait) == CUT) {
            throw new CutOffException();
        }
    }
}
