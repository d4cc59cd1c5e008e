package io.streamgauge.alerting;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** A set of times, as disjoint intervals that exclude their ends. For one thread. */
final class Intervals {

    private static final int VERSION = 1;

    /** Takes an interval. */
    @FunctionalInterface
    interface Visitor {

        void visit(long from, long to);
    }

    private final NavigableMap<Long, Long> endByBegin = new TreeMap<>();

    /** Adds an interval; what touches or overlaps becomes one. */
    void add(long from, long to) {
        if (from >= to) {
            return;
        }
        long begin = from;
        long end = to;
        Map.Entry<Long, Long> before = endByBegin.floorEntry(from);
        if (before != null && before.getValue() >= from) {
            begin = before.getKey();
        }
        Map.Entry<Long, Long> last = endByBegin.floorEntry(to);
        if (last != null && last.getKey() >= begin) {
            end = Math.max(end, last.getValue());
        }
        endByBegin.subMap(begin, true, to, true).clear();
        endByBegin.put(begin, end);
    }

    /** Visits, in order, what lies between two times of the set. */
    void visit(long from, long to, Visitor visitor) {
        Map.Entry<Long, Long> first = endByBegin.floorEntry(from);
        long begin = first != null && first.getValue() > from ? first.getKey() : from;
        if (begin >= to) {
            return;
        }
        endByBegin
                .subMap(begin, true, to, false)
                .forEach((low, high) -> visitor.visit(Math.max(low, from), Math.min(high, to)));
    }

    /** How much of the time between two times is in the set. */
    long within(long from, long to) {
        long[] sum = {0};
        visit(from, to, (low, high) -> sum[0] += high - low);
        return sum[0];
    }

    /** Forgets the intervals that end at a time or before. */
    void forget(long until) {
        while (!endByBegin.isEmpty() && endByBegin.firstEntry().getValue() <= until) {
            endByBegin.pollFirstEntry();
        }
    }

    int size() {
        return endByBegin.size();
    }

    NavigableMap<Long, Long> map() {
        return endByBegin;
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(endByBegin.size());
            for (Map.Entry<Long, Long> interval : endByBegin.entrySet()) {
                out.writeLong(interval.getKey());
                out.writeLong(interval.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Intervals fromBytes(byte[] bytes) {
        Intervals intervals = new Intervals();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            int version = in.readByte();
            if (version != VERSION) {
                throw new IllegalArgumentException(
                        "intervals: version %d (expected: %d)".formatted(version, VERSION));
            }
            for (int rest = in.readInt(); rest > 0; rest--) {
                long from = in.readLong();
                intervals.endByBegin.put(from, in.readLong());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return intervals;
    }
}
