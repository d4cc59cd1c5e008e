package io.streamgauge.control.quota;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The series of one stream that were seen in the present hour and in the one before. Any thread may
 * ask; only those that are new in their hour take the lock.
 *
 * <p>Time is in seconds since whenever the gate started. Memory is counted into a sum that all
 * streams share. It grows in {@link #grow} alone, whose caller has seen to it that there is room.
 */
final class RecentSeries {

    /** About what this object and its place in a map take. Estimated. */
    static final long FIXED_BYTES = 256;

    private static final long SECONDS_PER_HOUR = 3_600;

    private final AtomicLong bytes;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile Generations generations;
    private volatile long lastUsed;
    private int carried; // in both sets; guarded by lock
    private boolean dropped; // guarded by lock

    private record Generations(long hour, SeriesSet present, SeriesSet before) {

        static Generations empty(long hour) {
            return new Generations(hour, new SeriesSet(), new SeriesSet());
        }

        long bytes() {
            return present.bytes() + before.bytes();
        }
    }

    /** What became of a series. */
    enum Answer {
        ADMITTED,
        REFUSED,
        /** Neither: {@link #grow} first. */
        FULL,
        /** Neither: this object is not used any more. */
        DROPPED
    }

    /**
     * @param bytes sum of the memory of all streams
     */
    RecentSeries(AtomicLong bytes, long second) {
        this.bytes = bytes;
        generations = Generations.empty(hour(second));
        lastUsed = second;
        bytes.addAndGet(FIXED_BYTES);
    }

    static long hour(long second) {
        return second / SECONDS_PER_HOUR;
    }

    /** The second in which it was last asked about a series. */
    long lastUsed() {
        return lastUsed;
    }

    /** Whether a series was seen in this hour already; without a lock. May miss one just added. */
    boolean isPresent(long hash, long second) {
        if (second > lastUsed) { // not written each time: the line is many processors'
            lastUsed = second;
        }
        Generations now = generations;
        return now.hour == hour(second) && now.present.contains(hash);
    }

    /** Takes a series in, where it was seen before or fewer than the limit were. */
    Answer admit(long hash, long second, long limit) {
        lock.lock();
        try {
            if (dropped) {
                return Answer.DROPPED;
            }
            turn(hour(second));
            SeriesSet present = generations.present;
            if (present.contains(hash)) {
                return Answer.ADMITTED;
            }
            boolean known = generations.before.contains(hash);
            if (!known && size() >= limit) {
                return Answer.REFUSED;
            }
            if (present.isFull()) {
                return Answer.FULL;
            }
            present.add(hash);
            carried += known ? 1 : 0;
            return Answer.ADMITTED;
        } finally {
            lock.unlock();
        }
    }

    /** How many series were seen in this hour and the one before. */
    long open(long second) {
        lock.lock();
        try {
            turn(hour(second));
            return size();
        } finally {
            lock.unlock();
        }
    }

    /** Memory that {@link #grow} needs while it is at work, the old table beside the new one. */
    long bytesToGrow() {
        lock.lock();
        try {
            return dropped || !generations.present.isFull() ? 0 : generations.present.grownBytes();
        } finally {
            lock.unlock();
        }
    }

    /** Makes room for more series of this hour, where it needs any. */
    void grow() {
        lock.lock();
        try {
            if (dropped || !generations.present.isFull()) {
                return;
            }
            long old = generations.present.bytes();
            bytes.addAndGet(generations.present.grownBytes());
            generations.present.grow();
            bytes.addAndGet(-old);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all series and begins anew. */
    void clear() {
        lock.lock();
        try {
            replace(Generations.empty(generations.hour));
            carried = 0;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the use of this object. */
    void drop() {
        lock.lock();
        try {
            if (!dropped) {
                clear();
                dropped = true;
                bytes.addAndGet(-FIXED_BYTES);
            }
        } finally {
            lock.unlock();
        }
    }

    private long size() {
        return (long) generations.present.size() + generations.before.size() - carried;
    }

    private void turn(long hour) {
        long passed = hour - generations.hour;
        if (passed <= 0) {
            return; // another thread has read the clock later
        }
        replace(
                passed == 1
                        ? new Generations(hour, new SeriesSet(), generations.present)
                        : Generations.empty(hour));
        carried = 0;
    }

    private void replace(Generations next) {
        bytes.addAndGet(next.bytes() - generations.bytes());
        generations = next;
    }
}
