package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.SeriesSensitivity;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.JsonProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * How sensitive a tenant wants the detection of a stream to be.
 *
 * @param threshold from which score on anomalies are told of
 * @param series exceptions, of which the first that covers a series holds
 */
record DetectionSpec(double threshold, List<SeriesSensitivity> series) {

    /** What holds where nothing is said. */
    static final DetectionSpec DEFAULT =
            new DetectionSpec(DetectionSettings.DEFAULT_THRESHOLD, List.of());

    private static final Set<String> KNOWN = Set.of("sensitivity", "threshold", "series");
    private static final Set<String> SET_BY_SERVER =
            Set.of(
                    "stream",
                    "tenant",
                    "version",
                    "updatedAt",
                    "updatedBy",
                    "exclusions",
                    "model",
                    "status");
    private static final Set<String> OF_SERIES = Set.of("where", "sensitivity", "threshold");

    DetectionSpec {
        series = List.copyOf(series);
    }

    /**
     * Reads a request.
     *
     * @throws InvalidRequest with everything that is wrong
     */
    static DetectionSpec of(JsonNode json, StreamDefinition stream) {
        JsonProperties properties = new JsonProperties(json, KNOWN, SET_BY_SERVER);
        double threshold = Sensitivities.read(json, "", properties);
        List<SeriesSensitivity> series = series(properties, stream);
        properties.check();
        return new DetectionSpec(threshold, series);
    }

    private static List<SeriesSensitivity> series(
            JsonProperties properties, StreamDefinition stream) {
        JsonNode array = properties.get("series");
        if (array.isMissingNode()) {
            return List.of();
        }
        if (!array.isArray() || array.size() > DetectionSettings.MAX_SERIES) {
            properties.violation(
                    "series",
                    array.isArray() ? "range" : "type",
                    "expected: an array of at most %d".formatted(DetectionSettings.MAX_SERIES));
            return List.of();
        }
        List<SeriesSensitivity> series = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            JsonNode item = array.get(i);
            String path = "series/" + i;
            if (!item.isObject()) {
                properties.violation(
                        path, "type", "expected: an object with where, and a sensitivity");
                continue;
            }
            item.fieldNames()
                    .forEachRemaining(
                            name -> {
                                if (!OF_SERIES.contains(name)) {
                                    properties.violation(
                                            path + "/" + name,
                                            "unknown",
                                            "not a property (expected: sensitivity, threshold,"
                                                    + " where)");
                                }
                            });
            series.add(
                    new SeriesSensitivity(
                            Scopes.read(item.path("where"), path + "/where", stream, properties),
                            Sensitivities.read(item, path + "/", properties)));
        }
        return series;
    }
}
