package io.streamgauge.detection;

import static io.streamgauge.detection.TestSeries.DAY;
import static io.streamgauge.detection.TestSeries.WINDOW;
import static io.streamgauge.detection.TestSeries.daily;
import static io.streamgauge.detection.TestSeries.judge;
import static io.streamgauge.detection.TestSeries.restored;
import static io.streamgauge.detection.TestSeries.saved;
import static io.streamgauge.detection.TestSeries.time;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesDetectorTest {

    private static final int POINTS = 10 * DAY;

    @Test
    void aValueFarAboveItsTimeOfDayIsASpike() {
        double[] values = daily(POINTS, 1);
        values[POINTS - 1] += 40;

        Verdict verdict = judge(new SeriesDetector(WINDOW), values).getLast();

        assertThat(verdict.begins(Sensitivity.LOW)).isTrue();
        assertThat(verdict.kind()).isEqualTo(AnomalyKind.SPIKE);
        assertThat(verdict.expected()).isBetween(values[POINTS - 1] - 45, values[POINTS - 1] - 35);
        assertThat(values[POINTS - 1]).isGreaterThan(verdict.upper());
        assertThat(verdict.contributions().getFirst().share()).isGreaterThan(0.4);
    }

    @Test
    void aValueThatIsUsualAtAnotherTimeOfDayIsADip() {
        double[] values = daily(POINTS, 2);
        int noon = POINTS - DAY * 3 / 4;
        values[noon] = 70;

        Verdict verdict =
                judge(new SeriesDetector(WINDOW), Arrays.copyOf(values, noon + 1)).getLast();

        assertThat(verdict.begins(Sensitivity.MEDIUM)).isTrue();
        assertThat(verdict.kind()).isEqualTo(AnomalyKind.DIP);
    }

    @Test
    void aLastingChangeOfTheMeanIsALevelShiftAndBeginsFewTimes() {
        Random random = new Random(3);
        double[] values = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            values[i] = 50 + 10 * random.nextGaussian() + (i >= POINTS - 60 ? 14 : 0);
        }

        List<Verdict> verdicts = judge(new SeriesDetector(WINDOW), values);

        List<Verdict> after = verdicts.subList(POINTS - 60, POINTS);
        assertThat(after)
                .filteredOn(verdict -> verdict.unusual(Sensitivity.MEDIUM))
                .extracting(Verdict::kind)
                .contains(AnomalyKind.LEVEL_SHIFT);
    }

    @Test
    void aVaryingSeriesThatStandsStillIsAFlatline() {
        double[] values = daily(POINTS, 4);
        Arrays.fill(values, POINTS - 40, POINTS, values[POINTS - 41]);

        List<Verdict> verdicts = judge(new SeriesDetector(WINDOW), values);

        assertThat(verdicts.subList(POINTS - 40, POINTS))
                .extracting(Verdict::kind)
                .contains(AnomalyKind.FLATLINE);
    }

    @Test
    void aGapInASeriesThatHasNoneIsMissing() {
        SeriesDetector detector = new SeriesDetector(WINDOW);
        judge(detector, daily(POINTS, 5));

        assertThat(detector.elapsed(time(POINTS + 1)).kind()).isNull();
        Verdict verdict = detector.elapsed(time(POINTS + 3));
        assertThat(verdict.kind()).isEqualTo(AnomalyKind.MISSING);
        assertThat(verdict.score()).isGreaterThan(0.3);
    }

    @Test
    void aGapInASeriesThatIsFullOfGapsIsUsual() {
        SeriesDetector detector = new SeriesDetector(WINDOW);
        double[] values = daily(POINTS, 6);
        for (int i = 0; i < POINTS; i += 5) {
            detector.observe(time(i), values[i]);
        }

        assertThat(detector.elapsed(time(POINTS - 5 + 5)).score()).isLessThan(0.1);
    }

    @Test
    void ordinaryNoiseBeginsAnAnomalyLessThanOnceAWeek() {
        List<Verdict> verdicts = judge(new SeriesDetector(WINDOW), daily(60 * DAY, 7));

        assertThat(verdicts.stream().filter(v -> v.begins(Sensitivity.MEDIUM)).count())
                .isLessThan(8);
    }

    @Test
    void nothingIsSaidOfASeriesOfThreePoints() {
        List<Verdict> verdicts = judge(new SeriesDetector(WINDOW), new double[] {1, 2, 1e9});

        assertThat(verdicts).extracting(Verdict::phase).containsOnly(Phase.LEARNING);
        assertThat(verdicts).extracting(Verdict::score).containsOnly(0.0);
    }

    @Test
    void aConstantSeriesIsToldSoAndADepartureFromItFound() {
        SeriesDetector detector = new SeriesDetector(WINDOW);
        double[] values = new double[5 * DAY];
        Arrays.fill(values, 45);

        Verdict last = judge(detector, values).getLast();
        Verdict departure = detector.observe(time(5 * DAY), 46);

        assertThat(last.phase()).isEqualTo(Phase.CONSTANT);
        assertThat(last.score()).isZero();
        assertThat(last.expected()).isEqualTo(45);
        assertThat(departure.begins(Sensitivity.MEDIUM)).isTrue();
        assertThat(departure.kind()).isEqualTo(AnomalyKind.SPIKE);
    }

    @Test
    void aValueThatIsNoNumberAndATimeBehindTheLastAreToldAndNotLearned() {
        SeriesDetector detector = new SeriesDetector(WINDOW);
        judge(detector, daily(DAY, 8));
        byte[] before = saved(detector);

        Verdict invalid = detector.observe(time(DAY), Double.NaN);

        assertThat(invalid.phase()).isEqualTo(Phase.INVALID_VALUE);
        assertThat(saved(detector)).isEqualTo(before);
        assertThat(detector.observe(time(5), 100).phase()).isEqualTo(Phase.OUT_OF_ORDER);
        assertThat(detector.observe(time(DAY), 100).phase()).isEqualTo(Phase.ACTIVE);
    }

    @Test
    void aClockThatHasJumpedAheadAndComesBackIsBelievedAfterTenPoints() {
        SeriesDetector detector = new SeriesDetector(WINDOW);
        judge(detector, daily(DAY, 9));
        detector.observe(time(500_000), 100);

        Phase phase = Phase.OUT_OF_ORDER;
        int refused = 0;
        while (phase == Phase.OUT_OF_ORDER) {
            phase = detector.observe(time(DAY + refused++), 100).phase();
        }

        assertThat(refused).isEqualTo(10);
        assertThat(detector.observe(time(DAY + refused), 100).phase()).isEqualTo(Phase.ACTIVE);
    }

    @Test
    void oneAbsurdValueDoesNotBlindTheDetectorForThoseThatFollow() {
        double[] values = daily(POINTS, 10);
        values[POINTS / 2] = 1e308;
        values[POINTS - 1] += 60;

        Verdict verdict = judge(new SeriesDetector(WINDOW), values).getLast();

        assertThat(verdict.kind()).isEqualTo(AnomalyKind.SPIKE);
        assertThat(verdict.unusual(Sensitivity.HIGH)).isTrue();
    }

    @Test
    void theStateStaysWithinItsBoundHoweverLongASeriesIs() {
        SeriesDetector detector = new SeriesDetector(Duration.ofMinutes(1));
        Random random = new Random(11);
        for (int i = 0; i < 300_000; i++) {
            detector.observe(i * 60_000L, Math.exp(20 * random.nextGaussian()));
        }

        assertThat(saved(detector)).hasSizeLessThan(SeriesDetector.MAX_BYTES);
    }

    @Test
    void damagedStateAndThatOfAnotherVersionAreRefused() {
        SeriesDetector detector = new SeriesDetector(WINDOW);
        judge(detector, daily(DAY, 12));
        byte[] state = saved(detector);
        byte[] newer = state.clone();
        newer[0] = 99;

        assertThatThrownBy(() -> restored(newer))
                .isInstanceOf(IOException.class)
                .hasMessage("detector: version 99 (expected: 1)");
        assertThatThrownBy(() -> restored(Arrays.copyOf(state, state.length / 2)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void refusesAWindowThatIsNone() {
        assertThatThrownBy(() -> new SeriesDetector(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("window: 0 ms (expected: > 0)");
    }

    /** Each channel begins to be heard at a time of its own, in the first 140 windows. */
    @Test
    void whatIsKnownForTheFirstTimeIsNotUnusualForThat() {
        int series = 100;
        int told = 0;
        for (int seed = 0; seed < series; seed++) {
            Random random = new Random(seed);
            SeriesDetector detector = new SeriesDetector(Duration.ofSeconds(1));
            for (int i = 0; i < 200; i++) {
                Verdict verdict = detector.observe(i * 1_000L, 50 + random.nextGaussian());
                told += verdict.begins(Sensitivity.MEDIUM) ? 1 : 0;
            }
        }

        assertThat(told).as("of %d series of noise that have just begun", series).isLessThan(80);
    }
}
