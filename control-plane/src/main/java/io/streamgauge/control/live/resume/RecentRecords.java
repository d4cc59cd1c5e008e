package io.streamgauge.control.live.resume;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The latest records of all logs in the order in which they were read, and how far that is.
 * Bounded: the oldest go. Whoever begins a moment ago is served from here, without Kafka.
 *
 * <p>Not safe for use by many threads: its owner guards it together with who is told of new
 * records, so that nobody can come between the last record read from here and the first one told.
 *
 * @param <T> what is kept of a record
 */
public final class RecentRecords<T> {

    /** What a record is kept by. */
    private record Kept<T>(int log, int partition, long offset, int bytes, T record) {}

    /**
     * Records after a place.
     *
     * @param cursor where they end
     * @param atEnd whether that is the end of all that was read
     */
    public record Slice<T>(List<Placed<T>> records, Offsets cursor, boolean atEnd) {}

    /** A record and the place behind it. */
    public record Placed<T>(T record, Offsets after) {}

    /** Which records are wanted. */
    @FunctionalInterface
    public interface Choice<T> {

        boolean takes(T record);
    }

    private final @Nullable Object[] ring;
    private final long maxBytes;
    private long first; // numbers of records since the start; the ring holds [first, end)
    private long end;
    private long bytes;
    private Offsets begins = Offsets.NONE;
    private Offsets ends = Offsets.NONE;

    /**
     * @param capacity records at most
     * @param maxBytes what their values may come to
     */
    public RecentRecords(int capacity, long maxBytes) {
        ring = new @Nullable Object[capacity];
        this.maxBytes = maxBytes;
    }

    /** A partition will be read from an offset on. */
    public void begin(int log, int partition, long offset) {
        begins = begins.with(log, partition, offset);
        ends = ends.with(log, partition, offset);
    }

    /** Takes in what was read. */
    public void add(int log, int partition, long offset, int size, T record) {
        while (end - first >= ring.length || (first < end && bytes + size > maxBytes)) {
            evict();
        }
        ring[slot(end)] = new Kept<>(log, partition, offset, size, record);
        end++;
        bytes += size;
        ends = ends.with(log, partition, offset + 1);
    }

    /** Behind the last record that was read. */
    public Offsets end() {
        return ends;
    }

    /** What is kept begins here; of what a place before it lacks, some is gone. */
    public boolean covers(Offsets cursor) {
        return cursor.reaches(begins.only(cursor.logs()));
    }

    /** How many records are kept. */
    public int size() {
        return (int) (end - first);
    }

    /**
     * What follows a place that is covered, and is not behind the end. Looks at no more than what
     * follows.
     *
     * @param most records at most
     */
    public Slice<T> after(Offsets cursor, int most, Choice<T> choice) {
        List<Kept<T>> following = following(cursor);
        List<Placed<T>> chosen = new ArrayList<>();
        Offsets place = cursor;
        for (Kept<T> kept : following) {
            if (chosen.size() >= most) {
                return new Slice<>(chosen, place, false);
            }
            place = place.with(kept.log(), kept.partition(), kept.offset() + 1);
            if (choice.takes(kept.record())) {
                chosen.add(new Placed<>(kept.record(), place));
            }
        }
        return new Slice<>(chosen, ends.only(cursor.logs()), true);
    }

    /** From the newest back to where every partition has passed the place, then turned around. */
    private List<Kept<T>> following(Offsets cursor) {
        Set<Long> open = new HashSet<>();
        for (int log : cursor.logs()) {
            for (int partition = 0; partition < ends.partitions(log); partition++) {
                if (cursor.next(log, partition) < ends.next(log, partition)) {
                    open.add(key(log, partition));
                }
            }
        }
        List<Kept<T>> newestFirst = new ArrayList<>();
        for (long number = end - 1; number >= first && !open.isEmpty(); number--) {
            Kept<T> kept = at(number);
            if (open.contains(key(kept.log(), kept.partition()))) {
                long wanted = cursor.next(kept.log(), kept.partition());
                if (kept.offset() >= wanted) {
                    newestFirst.add(kept);
                }
                if (kept.offset() <= wanted) {
                    open.remove(key(kept.log(), kept.partition()));
                }
            }
        }
        Collections.reverse(newestFirst);
        return newestFirst;
    }

    private void evict() {
        Kept<T> oldest = at(first);
        ring[slot(first)] = null;
        first++;
        bytes -= oldest.bytes();
        begins = begins.with(oldest.log(), oldest.partition(), oldest.offset() + 1);
    }

    @SuppressWarnings("unchecked") // nothing else is put there
    private Kept<T> at(long number) {
        Object kept = ring[slot(number)];
        if (kept == null) {
            throw new IllegalStateException("nothing is kept under " + number);
        }
        return (Kept<T>) kept;
    }

    private int slot(long number) {
        return (int) (number % ring.length);
    }

    private static long key(int log, int partition) {
        return ((long) log << 32) | partition;
    }
}
