package io.streamgauge.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.detection.ModelScorer;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StreamHistoryTest {

    private static final UUID SERIES = new UUID(0, 1);

    @Test
    void keepsWhatIsThinnedAtEvenDistancesWithTheFeaturesThatServingComputes() {
        StreamHistory thinned = new StreamHistory(Hosts.MEASURES, 100);
        Hosts hosts = new Hosts(1);
        for (int i = 0; i < 1_000; i++) {
            thinned.add(SERIES, Hosts.time(i), Hosts.byName(hosts.next(i)));
        }
        SeriesHistory all = Hosts.history(1_000, 1);

        SeriesHistory kept = thinned.series().getFirst();

        assertThat(kept.size()).isBetween(50, 100).isEqualTo(thinned.points());
        long stride = (kept.time(1) - kept.time(0)) / Hosts.WINDOW;
        for (int i = 0; i < kept.size(); i++) {
            int point = (int) ((kept.time(i) - Hosts.START) / Hosts.WINDOW);
            assertThat(kept.time(i) - kept.time(0)).isEqualTo(i * stride * Hosts.WINDOW);
            assertThat(kept.features().get(i)).containsExactly(all.features().get(point));
        }
    }

    @Test
    void takesOnlySoManySeries() {
        StreamHistory history = new StreamHistory(List.of("v"));
        for (int i = 0; i < StreamHistory.MOST_SERIES; i++) {
            assertThat(history.add(new UUID(1, i), 1, Map.of("v", 1.0))).isTrue();
        }

        assertThat(history.add(SERIES, 1, Map.of("v", 1.0))).isFalse();
        assertThat(history.add(new UUID(1, 0), 2, Map.of("v", 1.0))).isTrue();
        assertThat(history.series()).hasSize(StreamHistory.MOST_SERIES);
    }

    @Test
    void beginsAnewBehindAnInterruption() {
        StreamHistory history = new StreamHistory(List.of("v"));
        history.add(SERIES, 1, Map.of("v", 1.0));
        history.interrupt();
        history.add(SERIES, 2, Map.of("v", 100.0));

        double[] features = history.series().getFirst().features().get(1);

        assertThat(features[2]).as("level").isEqualTo(100);
        assertThat(features[4]).as("change").isZero();
    }

    @Test
    void aPointThatIsSaidToBeUsualIsRarerForTheModelThatDidNotHear() throws Exception {
        double told = scoreOfTheOddPoint(true);
        double notTold = scoreOfTheOddPoint(false);

        assertThat(told).isLessThan(notTold);
    }

    private static double scoreOfTheOddPoint(boolean said) throws Exception {
        int points = 2_000;
        int odd = points - 50; // where nothing is trained on
        StreamHistory history = new StreamHistory(Hosts.MEASURES);
        Hosts hosts = new Hosts(3);
        for (int i = 0; i < points; i++) {
            double[] values = hosts.next(i);
            if (i == odd && said) {
                values[1] += 12;
                history.addUsual(SERIES, Hosts.time(i), Hosts.byName(values));
            } else if (i != odd) {
                history.add(SERIES, Hosts.time(i), Hosts.byName(values));
            }
        }
        ModelScorer scorer = new ModelScorer(new ModelTrainer(1).train(history.series()).model());
        Hosts same = new Hosts(3);
        double score = 0;
        for (int i = 0; i <= odd; i++) {
            double[] values = same.next(i);
            if (i == odd) {
                values[1] += 12;
            }
            score = scorer.observe(Hosts.time(i), values).score();
        }
        return score;
    }

    @Test
    void objectsToWhatIsWorseAndToWhatIsNoBetterThanChance() {
        Evaluation good = new Evaluation(100, 0, 0.9, 0.5);
        Evaluation worse = new Evaluation(100, 0, 0.8, 0.5);
        Evaluation chance = new Evaluation(100, 0, 0.51, 0);
        Evaluation loud = new Evaluation(100, 0.2, 0.9, 0.5);

        assertThat(objection(good)).isEmpty();
        assertThat(objection(good, worse)).isEmpty();
        assertThat(objection(good, good)).isEmpty();
        assertThat(objection(worse, good)).startsWith("separation: 0.800");
        assertThat(objection(chance)).startsWith("separation: 0.510");
        assertThat(objection(loud)).startsWith("alarms: 0.200");
        assertThat(objection(loud, loud)).isEmpty();
    }

    private static String objection(Evaluation trained, Evaluation... active) {
        return new Comparison(trained, List.of(active).stream().findFirst()).objection().orElse("");
    }
}
