package io.streamgauge.benchmarks;

import com.amazon.randomcutforest.parkservices.AnomalyDescriptor;
import com.amazon.randomcutforest.parkservices.ThresholdedRandomCutForest;
import io.streamgauge.detection.SeriesDetector;
import io.streamgauge.detection.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * What it costs to judge one point, and to keep one series, beside the baseline: AWS's random cut
 * forest with its usual settings (30 trees, 256 points, shingles of 8) on the same points. Both
 * have seen two weeks of five-minute windows before they are measured. The forest takes long to
 * warm up: after three seconds it would look several times as dear as it is.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 12, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DetectionBenchmark {

    private static final int POINTS = 14 * 288;
    private static final int SHINGLE = 8;
    private static final long WINDOW = Duration.ofMinutes(5).toMillis();

    private final double[] values = values();
    private SeriesDetector detector = detector();
    private ThresholdedRandomCutForest forest = forest();
    private int point;

    @SuppressWarnings("NullAway.Init") // JMH calls the set-up before anything else.
    public DetectionBenchmark() {}

    /** Shows both the points once. */
    @Setup
    public void learn() {
        detector = taughtDetector(values);
        forest = taughtForest(values);
        point = POINTS;
    }

    /** What the anomaly job does for each measure. */
    @Benchmark
    public Verdict seriesDetector() {
        return detector.observe(point * WINDOW, values[point++ % POINTS]);
    }

    /** The baseline. */
    @Benchmark
    public AnomalyDescriptor randomCutForest() {
        return forest.process(
                new double[] {values[point % POINTS]}, point++ * Duration.ofMinutes(5).toSeconds());
    }

    /**
     * Tells the bytes of a series, then runs the benchmark.
     *
     * @param args options of JMH
     */
    public static void main(String[] args)
            throws IOException, RunnerException, CommandLineOptionException {
        double[] values = values();
        ByteArrayOutputStream saved = new ByteArrayOutputStream();
        taughtDetector(values).save(new DataOutputStream(saved));
        System.out.printf(
                Locale.ROOT,
                "bytes a series: detector %d in memory, %d saved; random cut forest %d in memory%n",
                bytes(() -> taughtDetector(values)),
                saved.size(),
                bytes(() -> taughtForest(values)));
        new Runner(
                        new OptionsBuilder()
                                .parent(new CommandLineOptions(args))
                                .include("DetectionBenchmark")
                                .build())
                .run();
    }

    /** Live bytes of one, from those of twenty. */
    private static long bytes(Supplier<Object> maker) {
        int many = 20;
        List<Object> kept = new ArrayList<>(many);
        kept.add(maker.get());
        long before = liveBytes();
        for (int i = 0; i < many; i++) {
            kept.add(maker.get());
        }
        long after = liveBytes();
        return kept.size() > many ? (after - before) / many : 0;
    }

    private static long liveBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static SeriesDetector detector() {
        return new SeriesDetector(Duration.ofMillis(WINDOW));
    }

    private static SeriesDetector taughtDetector(double[] values) {
        SeriesDetector detector = detector();
        for (int i = 0; i < POINTS; i++) {
            detector.observe(i * WINDOW, values[i]);
        }
        return detector;
    }

    private static ThresholdedRandomCutForest forest() {
        return ThresholdedRandomCutForest.builder()
                .dimensions(SHINGLE)
                .shingleSize(SHINGLE)
                .numberOfTrees(30)
                .sampleSize(256)
                .randomSeed(1)
                .build();
    }

    private static ThresholdedRandomCutForest taughtForest(double[] values) {
        ThresholdedRandomCutForest forest = forest();
        for (int i = 0; i < POINTS; i++) {
            forest.process(new double[] {values[i]}, i * Duration.ofMinutes(5).toSeconds());
        }
        return forest;
    }

    private static double[] values() {
        Random random = new Random(1);
        double[] values = new double[POINTS];
        for (int i = 0; i < POINTS; i++) {
            values[i] = 100 + 30 * Math.sin(2 * Math.PI * i / 288) + 2 * random.nextGaussian();
        }
        return values;
    }
}
