package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Judges one measure of one series, point by point: a verdict depends on the points before and on
 * nothing else. Memory is bounded, see {@link #MAX_BYTES}. Any value and any time may be given; what
 * cannot be judged is said in the verdict's {@link Phase} and changes nothing. Not for several
 * threads at once.
 */
public final class SeriesDetector {

    /** No saved detector is larger. */
    public static final int MAX_BYTES = 64 * 1024;

    private static final int VERSION = 0;
    private static final int WARM_UP = 30;

    private final long window;
    private long count;
    private long last = Long.MIN_VALUE;
    private double mean;
    private double squares;

    /**
     * @param window size of the windows whose values it will be given, which is the usual distance
     *     of two points; at least a millisecond
     */
    public SeriesDetector(Duration window) {
        this(window.toMillis());
    }

    private SeriesDetector(long window) {
        if (window <= 0) {
            throw new IllegalArgumentException("window: " + window + " ms (expected: > 0)");
        }
        this.window = window;
    }

    /**
     * Judges the next value and learns it.
     *
     * @param timeMillis start of the value's window; after that of the last value
     */
    public Verdict observe(long timeMillis, double value) {
        if (!Double.isFinite(value)) {
            return unjudged(mean, Phase.INVALID_VALUE);
        }
        if (count > 0 && timeMillis <= last) {
            return unjudged(mean, Phase.OUT_OF_ORDER);
        }
        double clamped = Math.clamp(value, -1e30, 1e30);
        double deviation = Math.sqrt(squares / Math.max(1, count - 1));
        double expected = count == 0 ? clamped : mean;
        double z = deviation > 0 ? Math.abs(clamped - expected) / deviation : 0;
        double rarity = count < WARM_UP ? 0 : z * z / 2 / Math.log(10);
        learn(timeMillis, clamped);
        double score = Math.min(1, rarity / 10);
        return new Verdict(
                score,
                true,
                score == 0 ? null : clamped > expected ? AnomalyKind.SPIKE : AnomalyKind.DIP,
                expected,
                expected - 3 * deviation,
                expected + 3 * deviation,
                score == 0 ? List.of() : List.of(new Contribution("seasonal", rarity, 1)),
                count < WARM_UP ? Phase.LEARNING : Phase.ACTIVE);
    }

    /**
     * Judges that no value has come up to this time; learns nothing. The kind is {@code missing} or,
     * where nothing is missing yet, null with score 0.
     *
     * @param nowMillis in the same clock as the points' times
     */
    public Verdict elapsed(long nowMillis) {
        double missed = count == 0 ? 0 : ((double) nowMillis - last) / window - 1;
        if (count < WARM_UP || missed < 3) {
            return unjudged(mean, count < WARM_UP ? Phase.LEARNING : Phase.ACTIVE);
        }
        double rarity = Math.log10(count + missed);
        return new Verdict(
                Math.min(1, rarity / 10),
                true,
                AnomalyKind.MISSING,
                mean,
                mean,
                mean,
                List.of(new Contribution("gap", rarity, 1)),
                Phase.ACTIVE);
    }

    /** Size of the windows whose values it judges, in milliseconds. */
    public long window() {
        return window;
    }

    /** Writes all that it knows, with the version of the form. */
    public void save(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        VarInts.writeLong(out, window);
        VarInts.writeLong(out, count);
        out.writeLong(last);
        out.writeDouble(mean);
        out.writeDouble(squares);
    }

    /**
     * Reads what {@link #save} has written.
     *
     * @throws IOException where it is of an unknown version, or damaged
     */
    public static SeriesDetector read(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("detector: version " + version + " (expected: " + VERSION + ")");
        }
        long window = VarInts.readLong(in);
        if (window <= 0) {
            throw new IOException("detector: window " + window + " ms (expected: > 0)");
        }
        SeriesDetector detector = new SeriesDetector(window);
        detector.count = VarInts.readLong(in);
        detector.last = in.readLong();
        detector.mean = in.readDouble();
        detector.squares = in.readDouble();
        return detector;
    }

    private void learn(long timeMillis, double value) {
        count++;
        last = timeMillis;
        double deviation = value - mean;
        mean += deviation / count;
        squares += deviation * (value - mean);
    }

    private static Verdict unjudged(double expected, Phase phase) {
        return new Verdict(0, false, null, expected, expected, expected, List.of(), phase);
    }
}
