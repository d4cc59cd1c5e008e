package io.streamgauge.detection;

import static io.streamgauge.detection.TestSeries.WINDOW;
import static io.streamgauge.detection.TestSeries.restored;
import static io.streamgauge.detection.TestSeries.saved;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds of any points, however absurd. */
class SeriesDetectorPropertyTest {

    private record Point(long time, double value) {}

    @Property(tries = 60)
    void aDetectorRestoredInTheMiddleJudgesAsIfNothingHadHappened(
            @ForAll("points") List<Point> points) throws IOException {
        SeriesDetector whole = new SeriesDetector(WINDOW);
        SeriesDetector interrupted = new SeriesDetector(WINDOW);
        int middle = points.size() / 2;

        for (int i = 0; i < points.size(); i++) {
            if (i == middle) {
                interrupted = restored(saved(interrupted));
            }
            Point point = points.get(i);
            Verdict expected = whole.observe(point.time(), point.value());

            assertThat(interrupted.observe(point.time(), point.value())).isEqualTo(expected);
        }
        assertThat(saved(interrupted)).isEqualTo(saved(whole));
    }

    @Property(tries = 40)
    void aVerdictDependsOnNothingThatComesLater(@ForAll("points") List<Point> points) {
        List<Verdict> ofAll = judge(points);
        List<Verdict> ofSome = judge(points.subList(0, points.size() * 2 / 3));

        assertThat(ofSome).isEqualTo(ofAll.subList(0, ofSome.size()));
    }

    @Property(tries = 60)
    void noNumberIsEverNaNOrInfiniteAndNothingIsThrown(@ForAll("points") List<Point> points) {
        SeriesDetector detector = new SeriesDetector(WINDOW);
        for (Point point : points) {
            assertSound(detector.observe(point.time(), point.value()));
            assertSound(detector.elapsed(point.time()));
            assertSound(detector.elapsed(Long.MAX_VALUE));
        }
        assertThat(saved(detector)).hasSizeLessThan(SeriesDetector.MAX_BYTES);
    }

    private static List<Verdict> judge(List<Point> points) {
        SeriesDetector detector = new SeriesDetector(WINDOW);
        List<Verdict> verdicts = new ArrayList<>();
        points.forEach(point -> verdicts.add(detector.observe(point.time(), point.value())));
        return verdicts;
    }

    private static void assertSound(Verdict verdict) {
        assertThat(verdict.score()).isBetween(0.0, 1.0);
        assertThat(verdict.expected()).isFinite();
        assertThat(verdict.lower()).isFinite().isLessThanOrEqualTo(verdict.expected());
        assertThat(verdict.upper()).isFinite().isGreaterThanOrEqualTo(verdict.expected());
        assertThat(verdict.kind() == null).isEqualTo(verdict.score() == 0);
        assertThat(verdict.contributions().isEmpty()).isEqualTo(verdict.score() == 0);
        for (Contribution contribution : verdict.contributions()) {
            assertThat(contribution.rarity()).isFinite().isPositive();
            assertThat(contribution.share()).isBetween(0.0, 1.0);
        }
    }

    @Provide
    Arbitrary<List<Point>> points() {
        Arbitrary<Double> values =
                Arbitraries.frequencyOf(
                        Tuple.of(20, Arbitraries.doubles().between(-100, 100)),
                        Tuple.of(5, Arbitraries.of(0.0, 1.0)),
                        Tuple.of(
                                1,
                                Arbitraries.of(
                                        Double.NaN,
                                        Double.POSITIVE_INFINITY,
                                        Double.NEGATIVE_INFINITY,
                                        1e308,
                                        -1e308,
                                        Double.MIN_VALUE)));
        Arbitrary<Long> steps =
                Arbitraries.frequencyOf(
                        Tuple.of(30, Arbitraries.just(WINDOW.toMillis())),
                        Tuple.of(2, Arbitraries.longs().between(-1, 100_000_000)),
                        Tuple.of(1, Arbitraries.longs().between(-100_000_000_000L, 0)));
        return Combinators.combine(values, steps)
                .as((value, step) -> new Point(step, value))
                .list()
                .ofMinSize(3)
                .ofMaxSize(600)
                .map(SeriesDetectorPropertyTest::summed);
    }

    private static List<Point> summed(List<Point> steps) {
        List<Point> points = new ArrayList<>(steps.size());
        long time = TestSeries.START;
        for (Point step : steps) {
            time += step.time();
            points.add(new Point(time, step.value()));
        }
        return points;
    }
}
