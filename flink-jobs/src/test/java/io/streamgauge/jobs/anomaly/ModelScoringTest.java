package io.streamgauge.jobs.anomaly;

import static io.streamgauge.jobs.anomaly.DetectionHarness.ORIGIN;
import static io.streamgauge.jobs.anomaly.DetectionHarness.SERIES;
import static io.streamgauge.jobs.anomaly.DetectionHarness.WINDOW;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.detection.DetectionStatus;
import io.streamgauge.contracts.detection.DetectionStatus.State;
import io.streamgauge.detection.ModelScorer;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ModelScoringTest {

    private static final byte[] MODEL = Agreeing.model(1).toBytes();

    @Test
    void aModelSeesWhatNoSingleMeasureShows() throws Exception {
        try (DetectionHarness harness = withModel()) {
            usual(harness, 0, 300);
            harness.point(SERIES, 300, Agreeing.disagreeing(300));

            assertThat(harness.anomalies())
                    .filteredOn(it -> it.start().equals(start(300)))
                    .singleElement()
                    .satisfies(
                            it -> {
                                assertThat(it.kind()).isEqualTo(Anomaly.COMBINATION);
                                assertThat(it.model()).hasValue(1);
                                assertThat(it.score()).isBetween(0.42, 1.0);
                                assertThat(it.measure())
                                        .isEqualTo(it.contributions().getFirst().feature())
                                        .isIn(Agreeing.MEASURES);
                                assertThat(it.value())
                                        .hasValue(
                                                requireNonNull(
                                                        Agreeing.disagreeing(300)
                                                                .get(it.measure())));
                                assertThat(it.begins()).isTrue();
                            });
        }
    }

    @Test
    void withoutAModelNothingIsToldOfIt() throws Exception {
        try (DetectionHarness harness = DetectionHarness.start()) {
            usual(harness, 0, 300);
            harness.point(SERIES, 300, Agreeing.disagreeing(300));

            assertThat(harness.anomalies()).noneMatch(it -> it.kind().equals(Anomaly.COMBINATION));
            assertThat(harness.bands()).allMatch(it -> it.combination().isEmpty());
            assertThat(harness.scorer(SERIES)).isNull();
        }
    }

    @Test
    void aNewVersionTakesEffectAtTheNextPointAndLosesNothing() throws Exception {
        try (DetectionHarness swapped = withModel();
                DetectionHarness unswapped = withModel()) {
            for (DetectionHarness harness : List.of(swapped, unswapped)) {
                usual(harness, 0, 100);
            }
            swapped.update(Agreeing.published(2, Agreeing.model(2).toBytes()));
            for (DetectionHarness harness : List.of(swapped, unswapped)) {
                usual(harness, 100, 200);
            }

            assertThat(versions(swapped)).hasSize(200);
            assertThat(versions(swapped).subList(0, 100)).containsOnly(1L);
            assertThat(versions(swapped).subList(100, 200)).containsOnly(2L);
            assertThat(swapped.bands())
                    .extracting(Band::measures)
                    .containsExactlyElementsOf(
                            unswapped.bands().stream().map(Band::measures).toList());
            // It goes on from what the series was last like: it does not begin anew.
            ModelScorer scorer = new ModelScorer(Agreeing.model(1));
            List<Double> expected = new ArrayList<>();
            for (long number = 0; number < 200; number++) {
                scorer = number == 100 ? scorer.with(Agreeing.model(2)) : scorer;
                Map<String, Double> values = Agreeing.usual(number);
                double[] row = Agreeing.MEASURES.stream().mapToDouble(values::get).toArray();
                expected.add(scorer.observe(ORIGIN + number * WINDOW, row).score());
            }
            assertThat(swapped.bands())
                    .extracting(it -> it.combination().orElseThrow().score())
                    .isEqualTo(expected);
        }
    }

    @Test
    void aRollBackGivesTheOlderVersion() throws Exception {
        try (DetectionHarness harness = withModel()) {
            usual(harness, 0, 10);
            harness.update(Agreeing.published(2, Agreeing.model(2).toBytes()));
            usual(harness, 10, 20);
            harness.update(Agreeing.published(1, MODEL));
            usual(harness, 20, 30);

            assertThat(versions(harness).getLast()).isEqualTo(1);
            assertThat(states(harness)).containsExactly(State.ACTIVE, State.ACTIVE, State.ACTIVE);
        }
    }

    @Test
    void aWithdrawnModelLeavesNoState() throws Exception {
        try (DetectionHarness harness = withModel()) {
            usual(harness, 0, 50);
            assertThat(harness.scorer(SERIES)).isNotNull().hasSizeLessThan(StoredScorer.MAX_BYTES);

            harness.update(Agreeing.withdrawn());

            assertThat(harness.scorer(SERIES)).isNull();
            usual(harness, 50, 60);
            assertThat(harness.bands().getLast().combination()).isEmpty();
            assertThat(states(harness)).containsExactly(State.ACTIVE, State.NO_MODEL);
        }
    }

    @Test
    void aTaskThatIsRestoredGoesOnByTheSameModel() throws Exception {
        OperatorSubtaskState checkpoint;
        List<Band> expected;
        try (DetectionHarness harness = withModel()) {
            usual(harness, 0, 100);
            checkpoint = harness.snapshot();
            usual(harness, 100, 200);
            expected = harness.bands().subList(100, 200);
        }
        try (DetectionHarness harness = DetectionHarness.at(100 * WINDOW, checkpoint)) {
            usual(harness, 100, 200);

            assertThat(harness.bands()).isEqualTo(expected);
            assertThat(states(harness)).containsExactly(State.ACTIVE);
        }
    }

    @Test
    void aTaskWithoutStateKnowsTheModelBeforeItsFirstPoint() throws Exception {
        try (DetectionHarness harness =
                DetectionHarness.knowing(
                        Agreeing.defined(Agreeing.MEASURES), Agreeing.published(1, MODEL))) {
            usual(harness, 0, 1);

            assertThat(versions(harness)).containsExactly(1L);
            assertThat(states(harness)).containsExactly(State.ACTIVE);
        }
    }

    @Test
    void aDamagedModelIsRefusedAndSaidSo() throws Exception {
        byte[] damaged = MODEL.clone();
        damaged[0]++;
        assertRefused(Agreeing.published(2, damaged), "model: of an unknown form (expected: SGM1)");
        assertRefused(Agreeing.published(2, Arrays.copyOf(MODEL, MODEL.length / 2)), null);
        assertRefused(Agreeing.published(2, new byte[0]), null);
    }

    @Test
    void aModelOfALaterReleaseIsRefusedAndSaidSo() throws Exception {
        byte[] later = MODEL.clone();
        later[4]++; // the version of its features, after the mark
        assertRefused(
                Agreeing.published(2, later), "model: of features of version 2 (expected: 1)");
    }

    @Test
    void aModelOfOtherMeasuresIsRefusedUntilTheStreamHasThem() throws Exception {
        byte[] other = Agreeing.model(List.of("load", "memory"), 1).toBytes();
        try (DetectionHarness harness = withModel()) {
            harness.update(Agreeing.published(2, other));
            usual(harness, 0, 10);
            assertThat(last(harness).state()).isEqualTo(State.REFUSED);
            assertThat(last(harness).reason().orElse(""))
                    .startsWith("model: of the measures [load, memory] (expected: some of [");

            harness.update(Agreeing.defined(List.of("load", "memory", "requests")));
            usual(harness, 10, 20);

            assertThat(last(harness).state()).isEqualTo(State.ACTIVE);
            assertThat(harness.bands().getLast().combination()).isPresent();
        }
    }

    @Test
    void whatIsNoRecordOfAModelIsRefusedAndSaidSo() throws Exception {
        try (DetectionHarness harness = withModel()) {
            harness.update(
                    new DefinitionUpdate(Agreeing.modelKey().toString(), "{".getBytes(UTF_8)));
            usual(harness, 0, 10);

            assertThat(last(harness).state()).isEqualTo(State.REFUSED);
            assertThat(last(harness).version()).isEmpty();
            assertThat(harness.bands()).hasSize(10).allMatch(it -> it.combination().isEmpty());
        }
    }

    /** The measures' own detectors go on, and a good version is taken up again. */
    private static void assertRefused(DefinitionUpdate update, @Nullable String reason)
            throws Exception {
        try (DetectionHarness harness = withModel()) {
            usual(harness, 0, 10);
            harness.update(update);
            usual(harness, 10, 20);

            DetectionStatus status = last(harness);
            assertThat(status.state()).isEqualTo(State.REFUSED);
            assertThat(status.version()).hasValue(2);
            assertThat(status.model()).contains(Agreeing.id(2));
            assertThat(status.reason()).isPresent();
            if (reason != null) {
                assertThat(status.reason()).contains(reason);
            }
            assertThat(harness.bands()).hasSize(20);
            assertThat(harness.bands().getLast().combination()).isEmpty();

            OperatorSubtaskState checkpoint = harness.snapshot();
            try (DetectionHarness restored = DetectionHarness.at(20 * WINDOW, checkpoint)) {
                usual(restored, 20, 21);
                assertThat(states(restored)).containsExactly(State.REFUSED);
                restored.update(Agreeing.published(3, MODEL));
                usual(restored, 21, 22);
                assertThat(versions(restored)).containsExactly(0L, 3L);
            }
        }
    }

    @Test
    void aDamagedScorerBeginsAnewAndIsCounted() throws Exception {
        try (DetectionHarness harness = withModel()) {
            usual(harness, 0, 50);
            harness.damageScorer(SERIES);
            usual(harness, 50, 51);
            harness.pass(Duration.ofSeconds(1));
            usual(harness, 51, 52);

            assertThat(versions(harness)).hasSize(52).containsOnly(1L);
            assertThat(last(harness).failures()).isEqualTo(1);
        }
    }

    @Test
    void aStreamThatIsDeletedTakesItsModelWithIt() throws Exception {
        try (DetectionHarness harness = withModel()) {
            usual(harness, 0, 50);

            harness.deleteStream(SERIES.stream());
            harness.clock(100);

            assertThat(harness.keyedStateEntries()).isZero();
            assertThat(harness.statuses().getLast()).isEmpty();
        }
    }

    @Test
    void whateverTheValuesAreItGoesOn() throws Exception {
        double[] absurd = {
            Double.NaN, Double.POSITIVE_INFINITY, 1e308, -1e308, 0, -0.0, Double.MIN_VALUE
        };
        try (DetectionHarness harness = withModel()) {
            for (int number = 0; number < 300; number++) {
                double strange = absurd[number % absurd.length];
                harness.point(
                        SERIES,
                        number,
                        switch (number % 4) {
                            case 0 -> Map.of("load", strange);
                            case 1 -> Map.of("requests", strange, "load", 1.0);
                            case 2 -> Map.of("other", strange);
                            default -> Agreeing.usual(number);
                        });
            }

            assertThat(versions(harness)).hasSize(300).containsOnly(1L);
            assertThat(harness.bands())
                    .allMatch(it -> Double.isFinite(it.combination().orElseThrow().score()));
            assertThat(harness.statuses()).allMatch(it -> it.orElseThrow().failures() == 0);
        }
    }

    @Test
    void theLargestScorerIsWithinItsBound() throws Exception {
        List<String> measures = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            measures.add("m" + i);
        }
        ActiveModel model = ActiveModel.of(1, Agreeing.model(measures, 1));
        StoredScorer scorer = StoredScorer.create(model);
        Random random = new Random(1);
        for (int number = 0; number < 20_000; number++) {
            double[] values = random.doubles(32, -1e6, 1e6).toArray();
            var unused = scorer.scorer().observe(ORIGIN + number * WINDOW, values);
        }

        byte[] bytes = scorer.toBytes(new DataOutputSerializer(1_024));

        assertThat(bytes).hasSizeLessThan(StoredScorer.MAX_BYTES);
    }

    private static DetectionHarness withModel() throws Exception {
        DetectionHarness harness = DetectionHarness.start();
        harness.update(Agreeing.defined(Agreeing.MEASURES));
        harness.update(Agreeing.published(1, MODEL));
        return harness;
    }

    private static void usual(DetectionHarness harness, long from, long to) throws Exception {
        for (long number = from; number < to; number++) {
            harness.point(SERIES, number, Agreeing.usual(number));
        }
    }

    private static List<Long> versions(DetectionHarness harness) {
        return harness.bands().stream()
                .map(it -> it.combination().map(Band.Combination::model).orElse(0L))
                .toList();
    }

    private static List<State> states(DetectionHarness harness) throws Exception {
        return harness.statuses().stream()
                .flatMap(Optional::stream)
                .map(DetectionStatus::state)
                .toList();
    }

    private static DetectionStatus last(DetectionHarness harness) throws Exception {
        return harness.statuses().getLast().orElseThrow();
    }

    private static Instant start(long number) {
        return Instant.ofEpochMilli(ORIGIN + number * WINDOW);
    }
}
