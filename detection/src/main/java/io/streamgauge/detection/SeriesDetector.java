package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;

/**
 * Judges one measure of one series, point by point: a verdict depends on the points before and on
 * nothing else. Not for several threads at once.
 *
 * <p>Idea: a few channels look at the series in different ways ({@link Features}); a {@link
 * TailCalibrator} turns what each sees into how rare that is for this very series; the rarest
 * counts whole and the others, as its witnesses, in part. A point is a peak where this is above all
 * of the last points: the persistence of something is not its beginning. Formulas, sources and what
 * it reaches on public data are in docs/anomaly-detection.md.
 *
 * <p>Memory is bounded, see {@link #MAX_BYTES}. Any value and any time may be given; what cannot be
 * judged is said in the verdict's {@link Phase} and is not learned.
 */
public final class SeriesDetector {

    /** No saved detector is larger; most are half of it, with windows of five minutes or less. */
    public static final int MAX_BYTES = 32 * 1024;

    private static final int VERSION = 1;

    /** Points from which on the score is more than 0. */
    private static final int WARM_UP = 30;

    /** Larger values count as this: their differences stay finite in single precision. */
    private static final double MAX_MAGNITUDE = 1e30;

    /** Points in a row behind the last time after which the clock was wrong before, not now. */
    private static final int CLOCK_RESET = 10;

    /** Windows without a value from which on one is missing; the calibration says how rarely. */
    private static final int LEAST_MISSED = 3;

    /** One in a hundred values is outside the interval. */
    private static final double INTERVAL_RARITY = 2;

    /** Score 1 is one in ten to the power of this. */
    private static final double DECADES = 10;

    private final long window;
    private final Tuning tuning;
    private final Features features;
    private final TailCalibrator[] tails = new TailCalibrator[Features.CHANNELS.length];
    private TailCalibrator gaps = new TailCalibrator();
    private PeakGate gate;
    private long count;
    private long last;
    private int behind;

    /**
     * @param window size of the windows whose values it will be given, which is the usual distance
     *     of two points; at least a millisecond
     */
    public SeriesDetector(Duration window) {
        this(window.toMillis(), Tuning.DEFAULT);
    }

    SeriesDetector(long window, Tuning tuning) {
        this(requirePositive(window), tuning, new Features(tuning, window));
        for (int i = 0; i < tails.length; i++) {
            tails[i] = new TailCalibrator();
        }
    }

    private SeriesDetector(long window, Tuning tuning, Features features) {
        this.window = window;
        this.tuning = tuning;
        this.features = features;
        gate = new PeakGate(tuning.peak());
    }

    private static long requirePositive(long window) {
        if (window <= 0) {
            throw new IllegalArgumentException("window: " + window + " ms (expected: > 0)");
        }
        return window;
    }

    /**
     * Judges the next value and learns it.
     *
     * @param timeMillis start of the value's window; after that of the last value
     */
    public Verdict observe(long timeMillis, double value) {
        double expected = features.expected(timeMillis, Double.isFinite(value) ? value : 0);
        if (!Double.isFinite(value)) {
            return unjudged(expected, Phase.INVALID_VALUE);
        }
        if (count > 0 && timeMillis <= last && ++behind < CLOCK_RESET) {
            return unjudged(expected, Phase.OUT_OF_ORDER);
        }
        if (count > 0 && timeMillis > last) {
            gaps.add(missed(timeMillis));
        }
        behind = 0;
        last = timeMillis;
        count++;
        return judge(timeMillis, Math.clamp(value, -MAX_MAGNITUDE, MAX_MAGNITUDE), expected);
    }

    private Verdict judge(long timeMillis, double value, double given) {
        double expected = Math.clamp(given, -MAX_MAGNITUDE, MAX_MAGNITUDE);
        double margin = tails[Features.SEASONAL].ofRarity(INTERVAL_RARITY);
        double[] rarities = rarities(features.next(timeMillis, value, expected));
        int strongest = 0;
        double sum = 0;
        for (int i = 0; i < rarities.length; i++) {
            sum += rarities[i];
            strongest = rarities[i] > rarities[strongest] ? i : strongest;
        }
        double rarity = rarities[strongest] + tuning.support() * (sum - rarities[strongest]);
        boolean peak = gate.offer(rarity);
        Phase phase = phase();
        if (phase == Phase.LEARNING || rarity <= 0) {
            return new Verdict(
                    0,
                    false,
                    null,
                    expected,
                    expected - margin,
                    expected + margin,
                    List.of(),
                    phase);
        }
        return new Verdict(
                Math.min(1, rarity / DECADES),
                peak,
                kind(rarities, strongest, value >= expected),
                expected,
                expected - margin,
                expected + margin,
                contributions(rarities, strongest, rarity),
                phase);
    }

    /** A mean that is far from its past because it has just moved there is no trend. */
    private static AnomalyKind kind(double[] rarities, int strongest, boolean above) {
        Channel channel = Channel.ALL.get(strongest);
        boolean stepped =
                channel == Channel.DRIFT
                        && rarities[Channel.LEVEL.index()] >= rarities[strongest] / 2;
        return (stepped ? Channel.LEVEL : channel).kind(above);
    }

    /** Of each channel, weighted; learns the features. */
    private double[] rarities(double[] seen) {
        double[] rarities = new double[Channel.ALL.size()];
        int[] features = new int[rarities.length];
        for (int i = 0; i < seen.length; i++) {
            int channel = Features.CHANNELS[i].index();
            features[channel]++;
            // Were it learned as though it were 0, the first that is known would be a rarity.
            if (!Double.isNaN(seen[i])) {
                rarities[channel] += tails[i].rarity(seen[i]);
                tails[i].add(seen[i]);
            }
        }
        for (int i = 0; i < rarities.length; i++) {
            rarities[i] *= tuning.weight(i) / features[i];
        }
        return rarities;
    }

    private List<Contribution> contributions(double[] rarities, int strongest, double rarity) {
        List<Contribution> contributions = new ArrayList<>(rarities.length);
        for (Channel channel : Channel.ALL) {
            int i = channel.index();
            if (rarities[i] > 0) {
                double part = i == strongest ? rarities[i] : tuning.support() * rarities[i];
                contributions.add(new Contribution(channel.feature(), rarities[i], part / rarity));
            }
        }
        contributions.sort(Comparator.comparingDouble(Contribution::share).reversed());
        return contributions;
    }

    /**
     * Judges that no value has come up to this time; learns nothing. The kind is {@code missing}
     * or, where nothing is missing yet, null with score 0. Asked again in the same gap it says the
     * same again, as a peak where the first value missed would be one: report a gap once.
     *
     * @param nowMillis in the same clock as the points' times: all windows that ended by then are
     *     known
     */
    public Verdict elapsed(long nowMillis) {
        double expected = features.expected(nowMillis, 0);
        double missed = count == 0 ? 0 : missed(nowMillis);
        double rarity = missed < LEAST_MISSED ? 0 : gaps.rarity(missed);
        if (phase() == Phase.LEARNING || rarity <= 0) {
            return unjudged(expected, phase());
        }
        double margin = tails[Features.SEASONAL].ofRarity(INTERVAL_RARITY);
        return new Verdict(
                Math.min(1, rarity / DECADES),
                gate.exceeds(rarity),
                AnomalyKind.MISSING,
                expected,
                expected - margin,
                expected + margin,
                List.of(new Contribution("gap", rarity, 1)),
                phase());
    }

    /**
     * Passes over a time that says nothing of the series, as of a maintenance: nothing is learned
     * of it, and what is missing counts from there on.
     *
     * @param timeMillis start of the last window that is passed over
     */
    public void passOver(long timeMillis) {
        if (count > 0 && timeMillis > last) {
            last = timeMillis;
            behind = 0;
        }
    }

    /** Start of the last window that it was given or that it passed over; none before the first. */
    public OptionalLong last() {
        return count > 0 ? OptionalLong.of(last) : OptionalLong.empty();
    }

    /** Size of the windows whose values it judges, in milliseconds. */
    public long window() {
        return window;
    }

    /** Whole windows without a value between the last one and a window that starts at this time. */
    private double missed(long timeMillis) {
        return Math.max(0, Math.floor(((double) timeMillis - last) / window) - 1);
    }

    /** How far it may be trusted now: learning, active or constant. */
    public Phase phase() {
        if (count < WARM_UP) {
            return Phase.LEARNING;
        }
        return features.varied() ? Phase.ACTIVE : Phase.CONSTANT;
    }

    private static Verdict unjudged(double expected, Phase phase) {
        return new Verdict(0, false, null, expected, expected, expected, List.of(), phase);
    }

    /** Writes all that it knows, with the version of the form. */
    public void save(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        VarInts.writeLong(out, window);
        VarInts.writeLong(out, count);
        out.writeLong(last);
        VarInts.writeInt(out, behind);
        features.save(out);
        for (TailCalibrator tail : tails) {
            tail.save(out);
        }
        gaps.save(out);
        gate.save(out);
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
        long count = VarInts.readLong(in);
        long last = in.readLong();
        int behind = VarInts.readInt(in);
        SeriesDetector detector =
                new SeriesDetector(
                        window, Tuning.DEFAULT, Features.read(in, Tuning.DEFAULT, window));
        detector.count = count;
        detector.last = last;
        detector.behind = behind;
        for (int i = 0; i < detector.tails.length; i++) {
            detector.tails[i] = TailCalibrator.read(in);
        }
        detector.gaps = TailCalibrator.read(in);
        detector.gate = PeakGate.read(in, Tuning.DEFAULT.peak());
        return detector;
    }
}
