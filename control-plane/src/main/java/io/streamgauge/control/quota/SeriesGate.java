package io.streamgauge.control.quota;

import io.streamgauge.contracts.StreamId;
import java.util.Comparator;
import java.util.Map;
import java.util.Map.Entry;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Decides at the gateway whether an event may open a series, so that a tenant whose series explode
 * is told so at once, and Kafka and the job are spared what would be refused anyway.
 *
 * <p><b>What counts.</b> A series is open while it was seen within the present hour or the one
 * before: from one to two hours. Those that are open pass, whatever the limit; a new one passes
 * while fewer than the limit are open. Sets of 64-bit hashes say so, one for each hour and stream;
 * a known series costs a hash and a look, without a lock and without garbage.
 *
 * <p><b>What it is not.</b> The last word. Each replica counts what it sees, from its start on, so
 * that several let in up to their number times the limit; and direct producers do not come by. That
 * is the job's, which keeps the state of series.
 *
 * <p><b>Memory</b> is bounded over all streams together. Where a set has to grow beyond that, the
 * sets of the stream that was not used for longest are dropped; where no other stream has any, the
 * growing stream's own. Its series then count from none again, so the gate errs by letting more
 * pass, never by refusing a series that is open. Streams unused for two hours cost nothing.
 *
 * <p>Safe for use by many threads.
 */
public final class SeriesGate {

    private static final long LEAST_BYTES = 16 * 1024;

    /** A table is one array. */
    private static final long MOST_BYTES = Integer.MAX_VALUE;

    private final long maxBytes;
    private final LongSupplier nanoTime;
    private final long start;
    private final SeriesHash hashes;
    private final Map<StreamId, RecentSeries> streams = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();

    /**
     * Whoever makes a set grow, or drops one, holds this first and a stream's own lock then, never
     * the other way round.
     */
    private final ReentrantLock memory = new ReentrantLock();

    private long sweptHour; // guarded by memory

    /**
     * A gate that knows no series yet.
     *
     * @param maxBytes bound of the memory of all sets: a series takes 11 to 21 bytes for each of
     *     the two hours
     */
    public SeriesGate(long maxBytes) {
        this(maxBytes, System::nanoTime, ThreadLocalRandom.current().nextLong());
    }

    SeriesGate(long maxBytes, LongSupplier nanoTime, long seed) {
        if (maxBytes < LEAST_BYTES || maxBytes > MOST_BYTES) {
            throw new IllegalArgumentException(
                    "maxBytes: %d (expected: %d to %d)"
                            .formatted(maxBytes, LEAST_BYTES, MOST_BYTES));
        }
        this.maxBytes = maxBytes;
        this.nanoTime = nanoTime;
        this.start = nanoTime.getAsLong();
        this.hashes = new SeriesHash(seed);
    }

    /**
     * Whether an event of a series may pass. One that may is open from now on.
     *
     * @param series tells the series of the stream apart: equal series are equal text
     * @param limit how many series the stream may have open
     */
    public boolean admit(StreamId stream, String series, long limit) {
        long hash = hashes.of(series);
        long second = second();
        while (true) {
            RecentSeries recent = streams.get(stream);
            if (recent == null) {
                if (limit <= 0) {
                    refused.increment();
                    return false;
                }
                recent = streams.computeIfAbsent(stream, id -> new RecentSeries(bytes, second));
            }
            if (recent.isPresent(hash, second)) {
                return true;
            }
            switch (recent.admit(hash, second, limit)) {
                case ADMITTED -> {
                    return true;
                }
                case REFUSED -> {
                    refused.increment();
                    return false;
                }
                case FULL -> makeRoom(recent, second);
                case DROPPED -> streams.remove(stream, recent); // and once more, with a new one
            }
        }
    }

    /** How many series of a stream are open, as far as this process has seen. */
    public long open(StreamId stream) {
        RecentSeries recent = streams.get(stream);
        return recent == null ? 0 : recent.open(second());
    }

    /** Forgets the series of a stream. */
    public void forget(StreamId stream) {
        RecentSeries recent = streams.remove(stream);
        if (recent != null) {
            recent.drop();
        }
    }

    /** Events that did not pass. */
    public long refused() {
        return refused.sum();
    }

    /** How often a stream's sets were dropped for want of memory. */
    public long dropped() {
        return dropped.sum();
    }

    /** Memory of all sets. */
    public long bytes() {
        return bytes.get();
    }

    private long second() {
        return TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - start);
    }

    private void makeRoom(RecentSeries growing, long second) {
        memory.lock();
        try {
            sweep(RecentSeries.hour(second));
            while (bytes.get() + growing.bytesToGrow() > maxBytes) {
                dropped.increment();
                if (!dropLeastRecentlyUsed(growing)) {
                    growing.clear();
                    break;
                }
            }
            growing.grow();
        } finally {
            memory.unlock();
        }
    }

    private boolean dropLeastRecentlyUsed(RecentSeries except) {
        Optional<Entry<StreamId, RecentSeries>> oldest =
                streams.entrySet().stream()
                        .filter(entry -> entry.getValue() != except)
                        .min(Comparator.comparingLong(entry -> entry.getValue().lastUsed()));
        oldest.ifPresent(entry -> drop(entry.getKey(), entry.getValue()));
        return oldest.isPresent();
    }

    /** Once an hour: what was used in neither of the hours that count. */
    private void sweep(long hour) {
        if (hour <= sweptHour) {
            return;
        }
        sweptHour = hour;
        streams.forEach(
                (stream, recent) -> {
                    if (RecentSeries.hour(recent.lastUsed()) < hour - 1) {
                        drop(stream, recent);
                    }
                });
    }

    private void drop(StreamId stream, RecentSeries recent) {
        streams.remove(stream, recent);
        recent.drop();
    }
}
