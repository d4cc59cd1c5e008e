package io.streamgauge.detection;

import io.streamgauge.detection.FeatureSpace.Surprise;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Judges all measures of one series together, by a trained model: sees what no single measure
 * shows. One more channel beside the measures' own {@link SeriesDetector}s. How rare a score is
 * goes on being learned from the series itself, from where training has left off. Not for several
 * threads at once.
 *
 * <p>A new version of a model is taken up by {@link #with}, which keeps what is known of the
 * series.
 */
public final class ModelScorer {

    private static final int VERSION = 1;
    private static final double DECADES = 10;

    /** Standard deviations of the interval: one in a hundred is outside. */
    private static final double INTERVAL = 2.576;

    private final SeriesModel model;
    private final ContextFeatures features;
    private final ModelCalibration tail;
    private final PeakGate gate;

    /** Begins with a series that the model has not seen yet. */
    public ModelScorer(SeriesModel model) {
        this(
                model,
                new ContextFeatures(model.measures().size()),
                model.past(),
                new PeakGate(Tuning.DEFAULT.peak()));
    }

    private ModelScorer(
            SeriesModel model, ContextFeatures features, ModelCalibration tail, PeakGate gate) {
        this.model = model;
        this.features = features;
        this.tail = tail;
        this.gate = gate;
    }

    /**
     * The same series from now on judged by another model. Of the same measures, it goes on from
     * what the series was last like; how rare a score is it learns from the other model's past.
     */
    public ModelScorer with(SeriesModel next) {
        boolean same = next.measures().equals(model.measures());
        return same ? new ModelScorer(next, features, next.past(), gate) : new ModelScorer(next);
    }

    public SeriesModel model() {
        return model;
    }

    /**
     * Judges the next point and learns it. The verdict is about the measure that differs most from
     * what the others let expect: the first of the contributions, whose names are measures. Where
     * the score is 0, it is about the first measure.
     *
     * @param values in the order of the model's measures; not finite where one is missing
     */
    public Verdict observe(long timeMillis, double[] values) {
        return judge(features.next(timeMillis, values));
    }

    /**
     * Judges the next point by its features and learns it, as {@link #observe} does with those that
     * it computes: for whoever has computed them otherwise, and wants to know that it is the same.
     */
    public Verdict judge(double[] row) {
        int measures = model.measures().size();
        double[] u = model.space().independent(row);
        double score = model.score(u);
        double greatest = model.greatestSurprise(u);
        double rarity = tail.rarity(score, greatest);
        tail.add(score, greatest);
        boolean peak = gate.offer(rarity);
        List<Surprise> surprises = new ArrayList<>(measures);
        double sum = 0;
        int most = 0;
        for (int i = 0; i < measures; i++) {
            Surprise surprise = model.space().surprise(u, i);
            surprises.add(surprise);
            sum += surprise.size() * surprise.size();
            most = surprise.size() > surprises.get(most).size() ? i : most;
        }
        double expected =
                row[ContextFeatures.valueOf(most, measures)] - surprises.get(most).difference();
        double margin = INTERVAL * surprises.get(most).deviation();
        if (rarity <= 0) {
            return new Verdict(
                    0,
                    false,
                    null,
                    expected,
                    expected - margin,
                    expected + margin,
                    List.of(),
                    Phase.ACTIVE);
        }
        List<Contribution> contributions = new ArrayList<>(measures);
        for (int i = 0; i < measures; i++) {
            double size = surprises.get(i).size();
            double share = sum > 0 ? size * size / sum : 1.0 / measures;
            contributions.add(new Contribution(model.measures().get(i), rarity, share));
        }
        contributions.sort(Comparator.comparingDouble(Contribution::share).reversed());
        return new Verdict(
                Math.min(1, rarity / DECADES),
                peak,
                AnomalyKind.COMBINATION,
                expected,
                expected - margin,
                expected + margin,
                contributions,
                Phase.ACTIVE);
    }

    /** Writes what it knows of the series; the model is kept elsewhere. */
    public void save(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        features.save(out);
        tail.save(out);
        gate.save(out);
    }

    /**
     * Reads what {@link #save} has written.
     *
     * @param model the one that it was saved with, which must have as many measures
     * @throws IOException where it is of an unknown version, damaged, or of another model
     */
    public static ModelScorer read(DataInput in, SeriesModel model) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new IOException("scorer: version " + version + " (expected: " + VERSION + ")");
        }
        ContextFeatures features = ContextFeatures.read(in);
        Saved.bounded(
                features.measures(), model.measures().size(), model.measures().size(), "measures");
        return new ModelScorer(
                model,
                features,
                ModelCalibration.read(in),
                PeakGate.read(in, Tuning.DEFAULT.peak()));
    }
}
