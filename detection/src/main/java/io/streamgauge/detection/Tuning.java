package io.streamgauge.detection;

/**
 * The parameters of the channels, one set for all series. Chosen on the mean over neighbouring
 * values, not on the best: docs/anomaly-detection.md has the table.
 */
final class Tuning {

    static final Tuning DEFAULT =
            new Tuning(5, new int[] {30, 60}, 100, 12, 150, 0.35).weighted(1, 0.5, 1, 1, 0.5);

    private final int sustained;
    private final int[] levels;
    private final int drift;
    private final int flatline;
    private final int peak;
    private final double support;
    private double[] weights = new double[Channel.ALL.size()];

    /**
     * @param sustained residuals that are averaged
     * @param levels two lengths of the means that are compared
     * @param drift length of the mean that is compared with its past
     * @param flatline equal values in a row from which on they count
     * @param peak scores that a peak must be above
     * @param support what a channel other than the strongest adds of its rarity
     */
    Tuning(int sustained, int[] levels, int drift, int flatline, int peak, double support) {
        this.sustained = sustained;
        this.levels = levels.clone();
        this.drift = drift;
        this.flatline = flatline;
        this.peak = peak;
        this.support = support;
    }

    /**
     * The same with these weights of the channels.
     *
     * @param weights in the order of the channels
     */
    Tuning weighted(double... weights) {
        Tuning tuning = new Tuning(sustained, levels, drift, flatline, peak, support);
        tuning.weights = weights.clone();
        return tuning;
    }

    int sustained() {
        return sustained;
    }

    int level(int i) {
        return levels[i];
    }

    int drift() {
        return drift;
    }

    int flatline() {
        return flatline;
    }

    int peak() {
        return peak;
    }

    double support() {
        return support;
    }

    double weight(int channel) {
        return weights[channel];
    }

    /** How many of the last values are needed. */
    int reach() {
        return Math.max(2 * Math.max(levels[0], levels[1]), drift);
    }
}
