package io.streamgauge.jobs.anomaly;

import static io.streamgauge.jobs.anomaly.DetectionHarness.ORIGIN;
import static io.streamgauge.jobs.anomaly.DetectionHarness.SERIES;
import static io.streamgauge.jobs.anomaly.DetectionHarness.WINDOW;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.detection.ModelScorer;
import io.streamgauge.detection.SeriesModel;
import io.streamgauge.training.BatchFeatures;
import io.streamgauge.training.SeriesHistory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What training computes of a history and what the job computes of the same points, one after the
 * other, is the same. A model's score depends on every feature of a point and of those before it;
 * so the scores of the features that training has computed must be those that the job tells, to the
 * last bit.
 */
class FeatureSkewTest {

    private static final int POINTS = 400;
    private static final int RESTART = 217;

    /** A window that came, if one came. */
    private record Window(long number, Map<String, Double> values) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void trainingAndJobSeeTheSame(long seed) throws Exception {
        SeriesModel model = Agreeing.model(seed);
        List<Window> windows = windows(seed);

        assertThat(scoresInTheJob(model, windows)).isEqualTo(scoresInBatch(model, windows));
    }

    private static List<Double> scoresInBatch(SeriesModel model, List<Window> windows) {
        SeriesHistory history = new SeriesHistory(model.measures());
        for (Window window : windows) {
            history.add(ORIGIN + window.number() * WINDOW, window.values());
        }
        ModelScorer scorer = new ModelScorer(model);
        List<Double> scores = new ArrayList<>();
        for (double[] row : BatchFeatures.of(history)) {
            scores.add(scorer.judge(row).score());
        }
        return scores;
    }

    /** With a failure in the middle, after which some windows come again. */
    private static List<Double> scoresInTheJob(SeriesModel model, List<Window> windows)
            throws Exception {
        OperatorSubtaskState checkpoint;
        List<Band> bands;
        try (DetectionHarness harness = DetectionHarness.start()) {
            harness.update(Agreeing.defined(Agreeing.MEASURES));
            harness.update(Agreeing.published(1, model.toBytes()));
            send(harness, windows.subList(0, RESTART));
            checkpoint = harness.snapshot();
            bands = new ArrayList<>(harness.bands());
        }
        try (DetectionHarness harness = DetectionHarness.at(RESTART * WINDOW, checkpoint)) {
            send(harness, windows.subList(RESTART - 20, windows.size()));
            bands.addAll(harness.bands());
        }
        return bands.stream().map(it -> it.combination().orElseThrow().score()).toList();
    }

    private static void send(DetectionHarness harness, List<Window> windows) throws Exception {
        for (Window window : windows) {
            harness.point(SERIES, window.number(), window.values());
        }
    }

    /** With gaps, measures that are missing or no number, and what is unusual. */
    private static List<Window> windows(long seed) {
        Random random = new Random(seed);
        List<Window> windows = new ArrayList<>();
        long number = 0;
        while (windows.size() < POINTS) {
            number += random.nextInt(20) == 0 ? 1 + random.nextInt(500) : 1;
            Map<String, Double> values =
                    new HashMap<>(
                            random.nextInt(30) == 0
                                    ? Agreeing.disagreeing(number)
                                    : Agreeing.usual(number));
            switch (random.nextInt(12)) {
                case 0 -> values.remove("load");
                case 1 -> values.put("requests", Double.NaN);
                case 2 -> values.put("load", Double.POSITIVE_INFINITY);
                case 3 -> values.put("load", 1e308 * random.nextGaussian());
                default -> values.put("other", 1.0);
            }
            windows.add(new Window(number, values));
        }
        return windows;
    }
}
