package io.streamgauge.jobs.aggregation;

import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.statistics.MeasureAccumulator;
import io.streamgauge.contracts.statistics.VarInts;
import java.io.IOException;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * One window of one series: what was counted, and what has been said of it. Stored as bytes of its
 * own making, which start with a version, so that state survives changes of this class.
 */
final class WindowState {

    /** Stands for a time that does not come or has not been. */
    static final long NEVER = Long.MIN_VALUE;

    private static final int VERSION = 1;

    private final long dueAt;
    private final long closesAt;
    private long events;
    private boolean complete;
    private long correctionDueAt = NEVER;
    private int revision;
    private long lastEarly = NEVER;
    private boolean earlyScheduled;
    private String names;
    private MeasureAccumulator[] measures;

    /**
     * An empty window.
     *
     * @param dueAt when its first result is due
     * @param closesAt when it takes no more events
     * @param names of the measures, with commas between
     */
    WindowState(long dueAt, long closesAt, String names) {
        this.dueAt = dueAt;
        this.closesAt = closesAt;
        this.names = names;
        this.measures = new MeasureAccumulator[count(names)];
        for (int i = 0; i < measures.length; i++) {
            measures[i] = new MeasureAccumulator();
        }
    }

    /** Counts an event; its values are in the order of the names, NaN where it has none. */
    void add(String valueNames, double[] values) {
        if (!names.equals(valueNames)) {
            rearrange(valueNames);
        }
        events++;
        for (int i = 0; i < values.length; i++) {
            if (!Double.isNaN(values[i])) {
                measures[i].add(values[i]);
            }
        }
    }

    /**
     * Takes on the order of a changed definition. Measures are only ever added or moved, never
     * removed; one that is not among the new names (an event decoded before the change) stays
     * behind them.
     */
    private void rearrange(String valueNames) {
        SortedMap<String, MeasureAccumulator> byName = new TreeMap<>();
        String[] old = split(names);
        for (int i = 0; i < old.length; i++) {
            byName.put(old[i], measures[i]);
        }
        StringBuilder order = new StringBuilder(valueNames);
        String[] first = split(valueNames);
        MeasureAccumulator[] arranged = new MeasureAccumulator[old.length + first.length];
        int at = 0;
        for (String name : first) {
            MeasureAccumulator known = byName.remove(name);
            arranged[at++] = known != null ? known : new MeasureAccumulator();
        }
        for (String name : byName.keySet()) {
            order.append(order.isEmpty() ? "" : ",").append(name);
        }
        for (MeasureAccumulator rest : byName.values()) {
            arranged[at++] = rest;
        }
        names = order.toString();
        measures = Arrays.copyOf(arranged, at);
    }

    /** Statistics of the measures that had a value, by name. */
    SortedMap<String, MeasureStatistics> statistics() {
        SortedMap<String, MeasureStatistics> statistics = new TreeMap<>();
        String[] split = split(names);
        for (int i = 0; i < split.length; i++) {
            if (!measures[i].isEmpty()) {
                statistics.put(split[i], measures[i].statistics());
            }
        }
        return statistics;
    }

    long dueAt() {
        return dueAt;
    }

    long closesAt() {
        return closesAt;
    }

    long events() {
        return events;
    }

    /** Whether its due time has passed: results from now on are corrections. */
    boolean isComplete() {
        return complete;
    }

    void setComplete() {
        complete = true;
    }

    /**
     * When late events that were counted since the last result are to be reported, on the
     * platform's clock; {@link #NEVER} where there are none.
     */
    long correctionDueAt() {
        return correctionDueAt;
    }

    void setCorrectionDueAt(long clock) {
        correctionDueAt = clock;
    }

    /** Whether a correction is to be reported, at a time of the platform's clock. */
    boolean isCorrectionDue(long clock) {
        return correctionDueAt != NEVER && clock >= correctionDueAt;
    }

    int revision() {
        return revision;
    }

    void nextRevision() {
        revision++;
    }

    /** Wall-clock time of the last early result; {@link #NEVER} where there was none. */
    long lastEarly() {
        return lastEarly;
    }

    void setLastEarly(long wallClock) {
        lastEarly = wallClock;
    }

    boolean isEarlyScheduled() {
        return earlyScheduled;
    }

    void setEarlyScheduled(boolean scheduled) {
        earlyScheduled = scheduled;
    }

    byte[] toBytes(DataOutputSerializer buffer) throws IOException {
        buffer.clear();
        buffer.writeByte(VERSION);
        buffer.writeByte((complete ? 1 : 0) | (earlyScheduled ? 2 : 0));
        buffer.writeLong(dueAt);
        buffer.writeLong(closesAt);
        buffer.writeLong(correctionDueAt);
        buffer.writeLong(lastEarly);
        VarInts.writeInt(buffer, revision);
        VarInts.writeLong(buffer, events);
        buffer.writeUTF(names);
        for (MeasureAccumulator measure : measures) {
            measure.write(buffer);
        }
        return buffer.getCopyOfBuffer();
    }

    static WindowState fromBytes(byte[] bytes) throws IOException {
        DataInputDeserializer in = new DataInputDeserializer(bytes);
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    "window state of version %d (expected: %d)".formatted(version, VERSION));
        }
        int flags = in.readByte();
        long dueAt = in.readLong();
        long closesAt = in.readLong();
        long correctionDueAt = in.readLong();
        long lastEarly = in.readLong();
        int revision = VarInts.readInt(in);
        long events = VarInts.readLong(in);
        WindowState state = new WindowState(dueAt, closesAt, in.readUTF());
        state.complete = (flags & 1) != 0;
        state.correctionDueAt = correctionDueAt;
        state.earlyScheduled = (flags & 2) != 0;
        state.lastEarly = lastEarly;
        state.revision = revision;
        state.events = events;
        for (int i = 0; i < state.measures.length; i++) {
            state.measures[i] = MeasureAccumulator.read(in);
        }
        return state;
    }

    private static int count(String names) {
        return names.isEmpty() ? 0 : (int) names.chars().filter(c -> c == ',').count() + 1;
    }

    private static String[] split(String names) {
        return names.isEmpty() ? new String[0] : names.split(",", -1);
    }
}
