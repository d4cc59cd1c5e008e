package io.streamgauge.jobs.anomaly;

import static java.util.Objects.requireNonNull;

import io.streamgauge.contracts.detection.PublishedModel;
import io.streamgauge.contracts.detection.PublishedModelCodec;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.detection.ContextFeatures;
import io.streamgauge.detection.FeatureSpace;
import io.streamgauge.detection.SeriesModel;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/**
 * Series of two measures that agree, models of them, and the records of the control topic that
 * bring these. The models' weights are not trained: each coordinate that is large when usual counts
 * the same.
 */
final class Agreeing {

    static final List<String> MEASURES = List.of("load", "requests");

    private static final int PAST = 2_000;

    private Agreeing() {}

    /** The usual values of a window: the load follows the requests. */
    static Map<String, Double> usual(long number) {
        Random random = new Random(number);
        double requests =
                100 + 40 * Math.sin(number / 25.0) + 10 * Math.sin(number / 7.0 + number % 3);
        return Map.of("requests", requests, "load", 0.5 * requests + random.nextGaussian());
    }

    /** Values that are each as usual as ever, but not together. */
    static Map<String, Double> disagreeing(long number) {
        double requests = requireNonNull(usual(number).get("requests"));
        return Map.of("requests", requests, "load", 0.5 * (200 - requests));
    }

    /** A model of the past before the origin. */
    static SeriesModel model(long seed) {
        return model(MEASURES, seed);
    }

    static SeriesModel model(List<String> measures, long seed) {
        ContextFeatures features = new ContextFeatures(measures.size());
        List<double[]> rows = new ArrayList<>();
        for (int number = -PAST; number < 0; number++) {
            Map<String, Double> values = usual(number);
            long time = DetectionHarness.ORIGIN + number * DetectionHarness.WINDOW;
            rows.add(
                    features.next(
                            time,
                            measures.stream()
                                    .mapToDouble(it -> values.getOrDefault(it, 1.0))
                                    .toArray()));
        }
        FeatureSpace space = FeatureSpace.of(rows, seed);
        double[] weights = new double[space.size()];
        Arrays.fill(weights, 0, ContextFeatures.count(measures.size()), 1);
        return SeriesModel.calibrated(measures, space, weights, 1, rows);
    }

    /** That a model is active for the harness' stream. */
    static DefinitionUpdate published(long version, byte[] model) {
        PublishedModelCodec.Key key = modelKey();
        return new DefinitionUpdate(
                key.toString(),
                PublishedModelCodec.toBytes(
                        new PublishedModel(
                                key.tenant(), key.stream(), id(version), version, model)));
    }

    static UUID id(long version) {
        return new UUID(7, version);
    }

    /** That none is active any more. */
    static DefinitionUpdate withdrawn() {
        return new DefinitionUpdate(modelKey().toString(), null);
    }

    /** That the harness' stream has some measures. */
    static DefinitionUpdate defined(List<String> measures) {
        StreamDefinition stream =
                Streams.stream(measures, Duration.ofMillis(DetectionHarness.WINDOW));
        return new DefinitionUpdate(
                new StreamDefinitionCodec.Key(stream.tenant(), stream.id()).toString(),
                StreamDefinitionCodec.toBytes(stream));
    }

    static PublishedModelCodec.Key modelKey() {
        return new PublishedModelCodec.Key(
                DetectionHarness.SERIES.tenant(), DetectionHarness.SERIES.stream());
    }
}
