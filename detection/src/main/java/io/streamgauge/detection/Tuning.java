package io.streamgauge.detection;

/**
 * The parameters of the channels, one set for all series. Chosen on the mean over neighbouring
 * values, not on the best: docs/anomaly-detection.md has the table.
 *
 * @param sustained residuals that are averaged
 * @param levels two lengths of the means that are compared
 * @param drifts two lengths of the mean that is compared with its past
 * @param flatline equal values in a row from which on they count
 * @param peak scores that a peak must be above
 * @param support what a channel other than the strongest adds of its rarity
 * @param weights of the channels, by ordinal
 */
record Tuning(
        int sustained,
        int[] levels,
        int[] drifts,
        int flatline,
        int peak,
        double support,
        double[] weights) {

    static final Tuning DEFAULT =
            new Tuning(
                    5,
                    new int[] {25, 50},
                    new int[] {100, 100},
                    12,
                    150,
                    0.3,
                    new double[] {1, 0.5, 0.5, 1, 1, 1});

    /** How many of the last values are needed. */
    int reach() {
        int reach = 1;
        for (int level : levels) {
            reach = Math.max(reach, 2 * level);
        }
        for (int drift : drifts) {
            reach = Math.max(reach, drift);
        }
        return reach;
    }
}
