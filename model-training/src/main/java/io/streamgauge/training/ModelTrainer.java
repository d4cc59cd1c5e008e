package io.streamgauge.training;

import de.bwaldvogel.liblinear.Model;
import io.streamgauge.detection.ContextFeatures;
import io.streamgauge.detection.FeatureSpace;
import io.streamgauge.detection.SeriesModel;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.tribuo.MutableDataset;
import org.tribuo.anomaly.AnomalyFactory;
import org.tribuo.anomaly.Event;
import org.tribuo.anomaly.liblinear.LibLinearAnomalyTrainer;
import org.tribuo.anomaly.liblinear.LinearAnomalyType;
import org.tribuo.common.liblinear.LibLinearModel;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Trains Tribuo's LibLinear one-class machine on the earlier part of one or several series, in the
 * {@link FeatureSpace} of that part, calibrates it there, and evaluates it on the later part. The
 * same histories and seed give the same model. Has no state; for any threads.
 */
public final class ModelTrainer {

    /** Points, of all series together, that are needed. */
    public static final int LEAST_POINTS = 200;

    /** Of these, points that are trained on. */
    private static final int LEAST_TRAINED = 150;

    /** What somebody says is usual counts as though it had been so often. */
    private static final int WEIGHT_OF_USUAL = 10;

    /** More are thinned out evenly: training takes time by their number. */
    private static final int MOST_POINTS = 10_000;

    /** The part of each series, at its end, that is not trained on. */
    private static final double HELD_BACK = 0.2;

    /** Share of the past that may be held unusual; what is rare is said by the calibration. */
    private static final double NU = 0.1;

    private static final double COST = 1;
    private static final int MOST_ITERATIONS = 1_000;
    private static final double TERMINATION = 0.001;

    /** Points for which the exported model must say what the library's says. */
    private static final int CHECKED = 50;

    private final long seed;

    /**
     * @param seed of projections, trainer and evaluation
     */
    public ModelTrainer(long seed) {
        this.seed = seed;
    }

    /**
     * Trains a model.
     *
     * @param histories at least one, all of the same measures
     * @throws TooLittleHistoryException where they have too few points
     */
    public TrainedModel train(List<SeriesHistory> histories) throws TooLittleHistoryException {
        int points = histories.stream().mapToInt(SeriesHistory::size).sum();
        if (points < LEAST_POINTS) {
            throw new TooLittleHistoryException(points, LEAST_POINTS);
        }
        List<String> measures = measuresOf(histories);
        List<double[]> past = new ArrayList<>();
        long from = Long.MAX_VALUE;
        long to = Long.MIN_VALUE;
        for (SeriesHistory history : histories) {
            int trained = trainedPoints(history);
            if (trained > 0) {
                past.addAll(history.features().subList(0, trained));
                from = Math.min(from, history.time(0));
                to = Math.max(to, history.time(trained - 1));
            }
        }
        if (past.size() < LEAST_TRAINED) { // of series with a few points each, perhaps
            throw new TooLittleHistoryException(past.size(), LEAST_TRAINED);
        }
        List<double[]> rows = thinned(past);
        for (SeriesHistory history : histories) {
            for (int i = 0; i < WEIGHT_OF_USUAL; i++) {
                rows.addAll(history.usual());
                past.addAll(history.usual());
            }
        }
        FeatureSpace space = FeatureSpace.of(rows, seed);
        LibLinearModel<Event> machine = train(rows, space, Instant.ofEpochMilli(to));
        SeriesModel model = exported(machine, measures, space, past);
        return new TrainedModel(
                model,
                machine.getProvenance().toString(),
                Instant.ofEpochMilli(from),
                Instant.ofEpochMilli(to),
                rows.size(),
                evaluate(model, histories));
    }

    /**
     * How good a model is on the part of these histories that a model trained on them would not
     * have seen: to compare one that is in use with one that is to replace it.
     */
    public Evaluation evaluate(SeriesModel model, List<SeriesHistory> histories) {
        if (!measuresOf(histories).equals(model.measures())) {
            throw new IllegalArgumentException(
                    "measures: " + measuresOf(histories) + " (expected: " + model.measures() + ")");
        }
        List<double[]> heldBack = new ArrayList<>();
        for (SeriesHistory history : histories) {
            List<double[]> rows = history.features();
            heldBack.addAll(rows.subList(trainedPoints(history), rows.size()));
        }
        return Evaluation.of(model, heldBack, seed);
    }

    private static int trainedPoints(SeriesHistory history) {
        return (int) Math.floor((1 - HELD_BACK) * history.size());
    }

    private static List<String> measuresOf(List<SeriesHistory> histories) {
        List<List<String>> different =
                histories.stream().map(SeriesHistory::measures).distinct().toList();
        if (different.size() != 1) {
            throw new IllegalArgumentException(
                    "measures: " + different + " (expected: the same of all, at least one)");
        }
        return different.getFirst();
    }

    private static List<double[]> thinned(List<double[]> rows) {
        if (rows.size() <= MOST_POINTS) {
            return new ArrayList<>(rows);
        }
        List<double[]> some = new ArrayList<>(MOST_POINTS);
        for (int i = 0; i < MOST_POINTS; i++) {
            some.add(rows.get((int) ((long) i * rows.size() / MOST_POINTS)));
        }
        return some;
    }

    private LibLinearModel<Event> train(List<double[]> rows, FeatureSpace space, Instant until) {
        AnomalyFactory factory = new AnomalyFactory();
        MutableDataset<Event> data =
                new MutableDataset<>(
                        new SimpleDataSourceProvenance(
                                "features of version " + ContextFeatures.VERSION,
                                until.atOffset(ZoneOffset.UTC),
                                factory),
                        factory);
        for (double[] row : rows) {
            data.add(example(row, space));
        }
        return new LibLinearAnomalyTrainer(
                        new LinearAnomalyType(LinearAnomalyType.LinearType.ONECLASS_SVM),
                        COST,
                        MOST_ITERATIONS,
                        TERMINATION,
                        NU,
                        seed)
                .train(data);
    }

    /** The machine without its library, after a look at whether it says the same. */
    private static SeriesModel exported(
            LibLinearModel<Event> machine,
            List<String> measures,
            FeatureSpace space,
            List<double[]> past) {
        Model inner = machine.getInnerModels().getFirst();
        double[] weights = inner.getFeatureWeights();
        // Tribuo appends a feature that is always 1.
        double bias = weights[space.size()];
        SeriesModel model =
                SeriesModel.calibrated(
                        measures,
                        space,
                        Arrays.copyOf(weights, space.size()),
                        inner.getDecfunRho() - bias,
                        past);
        for (double[] row : past.subList(0, Math.min(CHECKED, past.size()))) {
            double said = machine.predict(example(row, space)).getOutput().getScore();
            double exported = model.decision(row);
            if (Math.abs(said - exported) > 1e-9 * (1 + Math.abs(said))) {
                throw new IllegalStateException(
                        "exported model: says " + exported + " (expected: " + said + ")");
            }
        }
        return model;
    }

    private static ArrayExample<Event> example(double[] row, FeatureSpace space) {
        return new ArrayExample<>(
                AnomalyFactory.EXPECTED_EVENT, names(space.size()), space.map(row));
    }

    /** Tribuo orders features by name: these are in the order of their numbers. */
    private static String[] names(int count) {
        String[] names = new String[count];
        for (int i = 0; i < count; i++) {
            names[i] = String.valueOf(1_000 + i);
        }
        return names;
    }
}
