package io.streamgauge.control.quota;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A set of hashes in one array, by open addressing. Nothing is ever removed. Any thread may look;
 * whoever changes it holds a lock. A look beside a change may miss what is just being added, and
 * never finds what is not there.
 */
final class SeriesSet {

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int LEAST_SLOTS = 16;

    private volatile long[] slots = new long[0];
    private int size;

    /** Whether a hash, other than 0, is in it. */
    boolean contains(long hash) {
        long[] present = slots;
        return present.length > 0 && (long) SLOT.getOpaque(present, slotOf(hash, present)) == hash;
    }

    int size() {
        return size;
    }

    /** Whether it has to {@link #grow} before the next is added. More than 3/4 full it is slow. */
    boolean isFull() {
        return size >= slots.length / 4 * 3;
    }

    /** Adds what it does not contain; not where it is full. */
    void add(long hash) {
        long[] present = slots;
        // Opaque: a reader sees all of it or nothing, on every processor.
        SLOT.setOpaque(present, slotOf(hash, present), hash);
        size++;
    }

    void grow() {
        long[] grown = new long[Math.toIntExact(grownBytes() / Long.BYTES)];
        for (long hash : slots) {
            if (hash != 0) {
                grown[slotOf(hash, grown)] = hash;
            }
        }
        slots = grown;
    }

    long bytes() {
        return (long) slots.length * Long.BYTES;
    }

    /** Size after the next {@link #grow}. */
    long grownBytes() {
        return Math.max(LEAST_SLOTS, 2L * slots.length) * Long.BYTES;
    }

    /** Where a hash is, or would be. */
    private static int slotOf(long hash, long[] slots) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (true) {
            long there = (long) SLOT.getOpaque(slots, slot);
            if (there == hash || there == 0) {
                return slot;
            }
            slot = slot + 1 & mask;
        }
    }
}
