package io.streamgauge.training;

import io.streamgauge.detection.ContextFeatures;
import io.streamgauge.detection.Sensitivity;
import io.streamgauge.detection.SeriesModel;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How good a model is on time that it was not trained on. There are no labels, so anomalies are
 * made: in a copy of each point one measure is what it was at another time. Each measure is then as
 * usual as ever and only the combination is not, which is what a model is for.
 *
 * @param points that were judged
 * @param alarms share of them that would be an anomaly at the default sensitivity; true ones among
 *     them are not known
 * @param separation probability that a made anomaly scores above a point as it was: 0.5 is chance,
 *     1 perfect (the area under the ROC curve)
 * @param found share of the made anomalies above 99 % of the points as they were
 */
public record Evaluation(long points, double alarms, double separation, double found) {

    /** How much a model may seem worse by chance and still replace another. */
    private static final double TOLERANCE = 0.01;

    /** Whether it is worse than another on the same points, by more than chance. */
    public boolean worseThan(Evaluation other) {
        return separation < other.separation - TOLERANCE;
    }

    /**
     * Evaluates a model on points it was not trained on.
     *
     * @param rows features of at least 2 points
     * @param seed of which measure is changed, and to when
     */
    static Evaluation of(SeriesModel model, List<double[]> rows, long seed) {
        Random random = new Random(seed);
        int measures = model.measures().size();
        double[] usual = new double[rows.size()];
        double[] made = new double[rows.size()];
        int alarms = 0;
        for (int i = 0; i < usual.length; i++) {
            double[] row = rows.get(i);
            usual[i] = model.rarity(row);
            alarms += usual[i] >= 10 * Sensitivity.MEDIUM.threshold() ? 1 : 0;
            double[] other = rows.get(random.nextInt(usual.length));
            int measure = random.nextInt(measures);
            made[i] = model.rarity(ContextFeatures.withValueOf(row, other, measure, measures));
        }
        Arrays.sort(usual);
        double above = 0;
        int found = 0;
        double high = usual[(int) Math.min(usual.length - 1, Math.ceil(0.99 * usual.length))];
        for (double score : made) {
            above += below(usual, score);
            found += score > high ? 1 : 0;
        }
        return new Evaluation(
                usual.length,
                (double) alarms / usual.length,
                above / made.length,
                (double) found / made.length);
    }

    /** Share of the sorted values that are below, equal ones counting half. */
    private static double below(double[] sorted, double value) {
        int low = bound(sorted, value, false);
        int high = bound(sorted, value, true);
        return (low + high) / 2.0 / sorted.length;
    }

    /** How many of the sorted values are below the given, or not above it. */
    private static int bound(double[] sorted, double value, boolean equalToo) {
        int from = 0;
        int to = sorted.length;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sorted[middle] < value || (equalToo && sorted[middle] == value)) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
