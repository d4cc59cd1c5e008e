package io.streamgauge.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.detection.AnomalyKind;
import io.streamgauge.detection.ContextFeatures;
import io.streamgauge.detection.ModelScorer;
import io.streamgauge.detection.Sensitivity;
import io.streamgauge.detection.SeriesDetector;
import io.streamgauge.detection.SeriesModel;
import io.streamgauge.detection.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelTrainerTest {

    private static final int DAY = 288;
    private static final int TRAINED = 10 * DAY;
    private static final int PLANTED = 30;

    private final ModelTrainer trainer = new ModelTrainer(1);

    @Test
    void findsWhatNoSingleMeasureShows() throws TooLittleHistoryException {
        SeriesModel model = trainer.train(List.of(Hosts.history(TRAINED, 1))).model();
        int points = 20 * DAY;
        ModelScorer scorer = new ModelScorer(model);
        List<SeriesDetector> detectors = new ArrayList<>();
        Hosts.MEASURES.forEach(
                measure -> detectors.add(new SeriesDetector(Duration.ofMillis(Hosts.WINDOW))));
        Hosts hosts = new Hosts(2);
        Set<Integer> planted = planted(points);

        int found = 0;
        int foundAlone = 0;
        int named = 0;
        int wrong = 0;
        for (int i = 0; i < points; i++) {
            double[] values = hosts.next(i);
            if (planted.contains(i)) {
                values[1] += values[1] > 40 ? -12 : 12; // the load no longer follows
            }
            Verdict together = scorer.observe(Hosts.time(i), values);
            boolean alone = false;
            for (int m = 0; m < values.length; m++) {
                alone |=
                        detectors
                                .get(m)
                                .observe(Hosts.time(i), values[m])
                                .begins(Sensitivity.MEDIUM);
            }
            if (planted.contains(i)) {
                boolean sees = together.unusual(Sensitivity.MEDIUM);
                found += sees ? 1 : 0;
                named +=
                        sees && together.contributions().getFirst().feature().equals("load")
                                ? 1
                                : 0;
                foundAlone += alone ? 1 : 0;
            } else {
                wrong += together.begins(Sensitivity.MEDIUM) ? 1 : 0;
            }
        }

        String all =
                "found %d, named %d, alone %d, wrong %d".formatted(found, named, foundAlone, wrong);
        assertThat(found).as(all).isGreaterThanOrEqualTo(PLANTED * 7 / 10);
        assertThat(named).as(all).isGreaterThanOrEqualTo(found * 8 / 10);
        assertThat(foundAlone).as(all).isLessThanOrEqualTo(PLANTED / 10);
        assertThat(wrong).as(all).isLessThanOrEqualTo(5);
    }

    /** Which is why none need ever be sent to the job by reference. */
    @Test
    void aModelOfAsManyMeasuresAsAStreamMayHaveFitsIntoOneRecord() throws Exception {
        List<String> measures =
                IntStream.range(0, ContextFeatures.MAX_MEASURES)
                        .mapToObj(
                                i -> "measure_with_a_name_as_long_as_may_be_" + "x".repeat(22) + i)
                        .toList();
        Random random = new Random(5);
        SeriesHistory history = new SeriesHistory(measures);
        for (int i = 0; i < 4 * DAY; i++) {
            Map<String, Double> values = new HashMap<>();
            measures.forEach(measure -> values.put(measure, 1e6 * random.nextGaussian()));
            history.add(Hosts.time(i), values);
        }

        byte[] bytes = trainer.train(List.of(history)).model().toBytes();

        assertThat(bytes.length).isLessThan(SeriesModel.MAX_BYTES);
        assertThat(SeriesModel.ofBytes(bytes).toBytes()).isEqualTo(bytes);
    }

    private static Set<Integer> planted(int points) {
        Random random = new Random(3);
        Set<Integer> planted = new HashSet<>();
        while (planted.size() < PLANTED) {
            planted.add(5 * DAY + random.nextInt(points - 5 * DAY));
        }
        return planted;
    }

    @Test
    void tellsWhatWasExpectedOfTheMeasureThatDiffers() throws TooLittleHistoryException {
        ModelScorer scorer =
                new ModelScorer(trainer.train(List.of(Hosts.history(TRAINED, 1))).model());
        Hosts hosts = new Hosts(4);
        for (int i = 0; i < DAY; i++) {
            scorer.observe(Hosts.time(i), hosts.next(i));
        }
        double[] values = hosts.next(DAY);
        double usual = values[1];
        values[1] += 15;

        Verdict verdict = scorer.observe(Hosts.time(DAY), values);

        assertThat(verdict.kind()).isEqualTo(AnomalyKind.COMBINATION);
        assertThat(verdict.contributions().getFirst().feature()).isEqualTo("load");
        assertThat(verdict.expected()).isBetween(usual - 5, usual + 5);
        assertThat(values[1]).isGreaterThan(verdict.upper());
    }

    @Test
    void featuresOfTrainingAreThoseOfServingPointByPoint() {
        int points = 3 * DAY;
        List<double[]> trained = Hosts.history(points, 5).features();
        ContextFeatures serving = new ContextFeatures(Hosts.MEASURES.size());
        Hosts hosts = new Hosts(5);

        for (int i = 0; i < points; i++) {
            assertThat(serving.next(Hosts.time(i), hosts.next(i)))
                    .as("point %s", i)
                    .containsExactly(trained.get(i));
        }
    }

    @Test
    void theModelOfServingDecidesAsTheOneOfTraining() throws Exception {
        // What serving computes without the library must be what the library would have said:
        // the share of the training past outside is then the machine's own, about nu.
        SeriesHistory history = Hosts.history(TRAINED, 6);
        SeriesModel model = trainer.train(List.of(history)).model();
        long outside =
                history.features().subList(0, TRAINED * 8 / 10).stream()
                        .filter(row -> model.decision(row) < 0)
                        .count();

        assertThat((double) outside / (TRAINED * 0.8)).isBetween(0.08, 0.12);
    }

    @Test
    void aModelIsTheSameAfterItsBytes() throws Exception {
        TrainedModel trained = trainer.train(List.of(Hosts.history(TRAINED, 7)));
        byte[] bytes = trained.model().toBytes();
        SeriesModel read = SeriesModel.ofBytes(bytes);
        Hosts hosts = new Hosts(8);
        ModelScorer first = new ModelScorer(trained.model());
        ModelScorer second = new ModelScorer(read);

        for (int i = 0; i < 2 * DAY; i++) {
            if (i == DAY) {
                ByteArrayOutputStream saved = new ByteArrayOutputStream();
                second.save(new DataOutputStream(saved));
                second =
                        ModelScorer.read(
                                new DataInputStream(new ByteArrayInputStream(saved.toByteArray())),
                                read);
            }
            double[] values = hosts.next(i);
            assertThat(second.observe(Hosts.time(i), values))
                    .isEqualTo(first.observe(Hosts.time(i), values));
        }
        assertThat(bytes).hasSizeLessThan(8 * 1024);
        assertThat(read.toBytes()).isEqualTo(bytes);
    }

    @Test
    void aCorruptModelAndOneOfOtherFeaturesAreRefused() throws Exception {
        byte[] bytes = trainer.train(List.of(Hosts.history(DAY, 9))).model().toBytes();
        byte[] newer = bytes.clone();
        newer[4] = 9;
        byte[] other = bytes.clone();
        other[0] = 0;

        assertThatThrownBy(() -> SeriesModel.ofBytes(newer))
                .isInstanceOf(IOException.class)
                .hasMessage("model: of features of version 9 (expected: 1)");
        assertThatThrownBy(() -> SeriesModel.ofBytes(other)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> SeriesModel.ofBytes(new byte[SeriesModel.MAX_BYTES + 1]))
                .isInstanceOf(IOException.class);
        for (int length = 0; length < bytes.length; length += 97) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> SeriesModel.ofBytes(cut)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void tellsHowGoodAModelIsOnTimeItHasNotSeen() throws TooLittleHistoryException {
        SeriesHistory history = Hosts.history(TRAINED, 10);
        TrainedModel good = trainer.train(List.of(history));

        assertThat(good.evaluation().points()).isEqualTo(TRAINED / 5);
        assertThat(good.evaluation().separation()).isGreaterThan(0.85);
        assertThat(good.evaluation().alarms()).isLessThan(0.01);
        assertThat(good.from()).isEqualTo(Instant.ofEpochMilli(Hosts.time(0)));
        assertThat(good.to()).isEqualTo(Instant.ofEpochMilli(Hosts.time(TRAINED * 8 / 10 - 1)));
        assertThat(good.provenance()).contains("ONECLASS_SVM");
        assertThat(trainer.evaluate(good.model(), List.of(history))).isEqualTo(good.evaluation());
    }

    @Test
    void aModelOfAnotherSeriesIsWorse() throws TooLittleHistoryException {
        SeriesHistory history = Hosts.history(TRAINED, 11);
        SeriesHistory unrelated = new SeriesHistory(Hosts.MEASURES);
        Random random = new Random(12);
        for (int i = 0; i < TRAINED; i++) {
            unrelated.add(
                    Hosts.time(i),
                    Hosts.byName(
                            new double[] {
                                20 + 5 * random.nextGaussian(),
                                40 + 10 * random.nextGaussian(),
                                200 + 60 * random.nextGaussian()
                            }));
        }
        Evaluation own = trainer.train(List.of(history)).evaluation();
        Evaluation other =
                trainer.evaluate(trainer.train(List.of(unrelated)).model(), List.of(history));

        assertThat(other.worseThan(own)).isTrue();
        assertThat(own.worseThan(other)).isFalse();
    }

    @Test
    void absurdValuesAndConstantMeasuresDoNotStopTraining() throws Exception {
        SeriesHistory history = new SeriesHistory(List.of("constant", "wild"));
        for (int i = 0; i < 500; i++) {
            history.add(
                    Hosts.time(i),
                    Map.of("constant", 5.0, "wild", i % 7 == 0 ? Double.NaN : i % 50 * 1e307));
        }

        SeriesModel model = trainer.train(List.of(history)).model();

        ModelScorer scorer = new ModelScorer(model);
        for (double value : new double[] {Double.NaN, 1e308, -1e308, 0}) {
            Verdict verdict = scorer.observe(Hosts.time(1_000), new double[] {value, Double.NaN});
            assertThat(verdict.score()).isBetween(0.0, 1.0);
            assertThat(verdict.expected()).isFinite();
            assertThat(verdict.upper()).isFinite();
        }
    }

    @Test
    void refusesTooLittleOfAPast() {
        assertThatThrownBy(() -> trainer.train(List.of(Hosts.history(100, 13))))
                .isInstanceOf(TooLittleHistoryException.class)
                .hasMessage("points: 100 (expected: at least 200)");
    }
}
