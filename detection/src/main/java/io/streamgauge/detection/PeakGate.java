package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * Tells whether a score is above all of the last so many: the beginning of something rather than
 * its persistence. Keeps only those that later ones have not yet exceeded, mostly a handful.
 */
final class PeakGate {

    private final int length;
    private final float[] scores;
    private final long[] times;
    private int first;
    private int count;
    private long now;

    PeakGate(int length) {
        this.length = length;
        scores = new float[length + 1];
        times = new long[length + 1];
    }

    /** Whether a score would be a peak. */
    boolean exceeds(double score) {
        return count == 0 || (float) score > scores[first];
    }

    /** Whether the next score is a peak; it counts from now on. */
    boolean offer(double score) {
        now++;
        if (count > 0 && times[first] < now - length) {
            first = (first + 1) % scores.length;
            count--;
        }
        boolean peak = exceeds(score);
        while (count > 0 && scores[(first + count - 1) % scores.length] <= (float) score) {
            count--;
        }
        int at = (first + count) % scores.length;
        scores[at] = (float) score;
        times[at] = now;
        count++;
        return peak;
    }

    void save(DataOutput out) throws IOException {
        VarInts.writeInt(out, count);
        for (int i = 0; i < count; i++) {
            int at = (first + i) % scores.length;
            out.writeFloat(scores[at]);
            VarInts.writeLong(out, now - times[at]);
        }
    }

    static PeakGate read(DataInput in, int length) throws IOException {
        PeakGate gate = new PeakGate(length);
        gate.now = length;
        gate.count = Saved.bounded(VarInts.readInt(in), 0, length + 1, "peaks");
        for (int i = 0; i < gate.count; i++) {
            gate.scores[i] = in.readFloat();
            gate.times[i] = gate.now - VarInts.readLong(in);
        }
        return gate;
    }
}
