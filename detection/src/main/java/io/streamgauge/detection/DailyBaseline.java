package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What a series has been at the same time of day (UTC): the median over the last 14 days of the
 * time's slot and its two neighbours. A slot is a window, but at least five minutes long; it keeps
 * the mean of what fell into it, one value a day. At most 288 slots: 16 KiB.
 *
 * <p>A slot's value counts once the slot has passed, so that a point is never compared with itself.
 */
final class DailyBaseline {

    static final int DAYS = 14;
    static final int MAX_SLOTS = 288;

    private static final long DAY = 86_400_000L;

    private final int slots;
    private final float[] @Nullable [] past;
    private final int[] counts;
    private long openDay;
    private int openSlot = -1;
    private double openSum;
    private int openCount;
    private final float[] scratch = new float[3 * DAYS];

    /**
     * @param window in milliseconds
     */
    DailyBaseline(long window) {
        slots = Math.clamp(DAY / window, 1, MAX_SLOTS);
        past = new float[slots][];
        counts = new int[slots];
    }

    /** The median; NaN where these slots have no past. */
    double median(long timeMillis) {
        int slot = slot(timeMillis);
        int found = 0;
        // Of one or two slots, none must count twice.
        for (int i = slots > 2 ? -1 : 0; i <= (slots > 2 ? 1 : 0); i++) {
            int at = Math.floorMod(slot + i, slots);
            float[] values = past[at];
            if (values != null) {
                int count = Math.min(counts[at], DAYS);
                System.arraycopy(values, 0, scratch, found, count);
                found += count;
            }
        }
        return Medians.ofSorting(scratch, found);
    }

    void add(long timeMillis, double value) {
        int slot = slot(timeMillis);
        long day = Math.floorDiv(timeMillis, DAY);
        if (slot != openSlot || day != openDay) {
            close();
            openSlot = slot;
            openDay = day;
        }
        openSum += value;
        openCount++;
    }

    private void close() {
        if (openCount == 0) {
            return;
        }
        float[] values = past[openSlot];
        if (values == null) {
            values = new float[DAYS];
            past[openSlot] = values;
        }
        values[counts[openSlot] % DAYS] = (float) (openSum / openCount);
        // Stays small and keeps its place in the ring.
        counts[openSlot] = counts[openSlot] == 2 * DAYS - 1 ? DAYS : counts[openSlot] + 1;
        openSum = 0;
        openCount = 0;
    }

    private int slot(long timeMillis) {
        return (int) (Math.floorMod(timeMillis, DAY) * slots / DAY);
    }

    void save(DataOutput out) throws IOException {
        out.writeLong(openDay);
        VarInts.writeInt(out, openSlot + 1);
        out.writeDouble(openSum);
        VarInts.writeInt(out, openCount);
        for (int i = 0; i < slots; i++) {
            out.writeByte(counts[i]);
            float[] values = past[i];
            if (values != null) {
                Saved.writeFloats(out, values, Math.min(counts[i], DAYS));
            }
        }
    }

    static DailyBaseline read(DataInput in, long window) throws IOException {
        DailyBaseline baseline = new DailyBaseline(window);
        baseline.openDay = in.readLong();
        baseline.openSlot = Saved.bounded(VarInts.readInt(in), 0, baseline.slots, "slot") - 1;
        baseline.openSum = in.readDouble();
        baseline.openCount = VarInts.readInt(in);
        for (int i = 0; i < baseline.slots; i++) {
            int count = Saved.bounded(in.readByte(), 0, 2 * DAYS - 1, "days of a slot");
            baseline.counts[i] = count;
            if (count > 0) {
                float[] values = new float[DAYS];
                Saved.readFloats(in, values, Math.min(count, DAYS));
                baseline.past[i] = values;
            }
        }
        return baseline;
    }
}
