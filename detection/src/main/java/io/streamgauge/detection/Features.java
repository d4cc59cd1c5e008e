package io.streamgauge.detection;

import io.streamgauge.contracts.statistics.VarInts;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * What the channels look at, computed from the values so far in constant memory. All values are
 * taken relative to the series' first, so that single precision suffices to keep them.
 */
final class Features {

    /** To which channel a feature belongs; several of one are averaged. */
    static final Channel[] CHANNELS = {
        Channel.SEASONAL,
        Channel.SUSTAINED,
        Channel.LEVEL,
        Channel.LEVEL,
        Channel.DRIFT,
        Channel.FLATLINE
    };

    static final int SEASONAL = 0;

    private static final int SUSTAINED = 1;
    private static final int LEVEL = 2;
    private static final int DRIFT = 4;
    private static final int FLATLINE = 5;

    /** Of a feature for which there are too few values yet: neither judged nor learned. */
    static final double UNKNOWN = Double.NaN;

    /** Values whose median is expected while the time of day has no past. */
    private static final int NEWEST = 21;

    private final Tuning tuning;
    private final DailyBaseline daily;
    private final RecentValues recent;
    private final RecentValues residuals;
    private final ThinnedSample driftPast;
    private final double[] features = new double[CHANNELS.length];
    private double reference;
    private double last;
    private boolean started;
    private int run;
    private boolean varied;

    Features(Tuning tuning, long window) {
        this(
                tuning,
                new DailyBaseline(window),
                new RecentValues(tuning.reach()),
                new RecentValues(tuning.sustained()),
                new ThinnedSample());
    }

    private Features(
            Tuning tuning,
            DailyBaseline daily,
            RecentValues recent,
            RecentValues residuals,
            ThinnedSample driftPast) {
        this.tuning = tuning;
        this.daily = daily;
        this.recent = recent;
        this.residuals = residuals;
        this.driftPast = driftPast;
    }

    /** Whether not all values were the same. */
    boolean varied() {
        return varied;
    }

    /** The value expected at a time, or the other if nothing is known. */
    double expected(long timeMillis, double otherwise) {
        return started ? reference + baseline(timeMillis, 0) : otherwise;
    }

    /**
     * Learns a value and tells the features of its point, which the next call overwrites.
     *
     * @param expected what {@link #expected} has said of this time
     */
    double[] next(long timeMillis, double value, double expected) {
        if (!started) {
            reference = value;
            last = value;
            started = true;
        }
        double relative = value - reference;
        double residual = value - expected;
        boolean same = value == last;
        run = same ? Math.min(run + 1, Integer.MAX_VALUE - 1) : 1;
        varied |= !same;

        features[SEASONAL] = Math.abs(residual);
        residuals.add(residual);
        features[SUSTAINED] =
                residuals.size() < tuning.sustained()
                        ? UNKNOWN
                        : Math.abs(residuals.sum(0, tuning.sustained())) / tuning.sustained();
        recent.add(relative);
        for (int i = 0; i < 2; i++) {
            features[LEVEL + i] = levelShift(tuning.level(i));
        }
        features[DRIFT] = drift(tuning.drift());
        features[FLATLINE] = varied ? Math.max(0, run - tuning.flatline() + 1) : 0;
        daily.add(timeMillis, relative);
        last = value;
        return features;
    }

    private double baseline(long timeMillis, double otherwise) {
        double median = daily.median(timeMillis);
        if (!Double.isNaN(median)) {
            return median;
        }
        return recent.size() < NEWEST
                ? recent.size() == 0 ? otherwise : recent.sum(0, recent.size()) / recent.size()
                : recent.median(NEWEST);
    }

    private double levelShift(int length) {
        if (recent.size() < 2 * length) {
            return UNKNOWN;
        }
        return Math.abs(recent.sum(0, length) - recent.sum(length, 2 * length)) / length;
    }

    private double drift(int length) {
        if (recent.size() < length) {
            return UNKNOWN;
        }
        double mean = recent.sum(0, length) / length;
        double drift = driftPast.ready() ? Math.abs(mean - driftPast.median()) : UNKNOWN;
        // Where half of the past was the same, a thousandth of the level stands for its range.
        double range =
                driftPast.range() > 0
                        ? driftPast.range()
                        : 1e-9 + 1e-3 * Math.abs(driftPast.median() + reference);
        driftPast.offer(mean);
        return drift / range;
    }

    void save(DataOutput out) throws IOException {
        out.writeBoolean(started);
        out.writeDouble(reference);
        out.writeDouble(last);
        VarInts.writeInt(out, run);
        out.writeBoolean(varied);
        daily.save(out);
        recent.save(out);
        residuals.save(out);
        driftPast.save(out);
    }

    static Features read(DataInput in, Tuning tuning, long window) throws IOException {
        boolean started = in.readBoolean();
        double reference = in.readDouble();
        double last = in.readDouble();
        int run = VarInts.readInt(in);
        boolean varied = in.readBoolean();
        Features features =
                new Features(
                        tuning,
                        DailyBaseline.read(in, window),
                        RecentValues.read(in, tuning.reach()),
                        RecentValues.read(in, tuning.sustained()),
                        ThinnedSample.read(in));
        features.started = started;
        features.reference = reference;
        features.last = last;
        features.run = run;
        features.varied = varied;
        return features;
    }
}
