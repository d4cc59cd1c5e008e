package io.streamgauge.contracts.detection;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.List;
import java.util.Map;

/**
 * How the anomaly job judges a stream's series. A stream of which nothing is said has {@link #of}.
 * Bounded, so that it always fits a record.
 *
 * @param threshold from which score on anomalies are told of; above 0, at most 1
 * @param series exceptions from it, of which the first that covers a series holds
 * @param exclusions times that are neither judged nor learned from
 */
public record DetectionSettings(
        TenantId tenant,
        StreamId stream,
        double threshold,
        List<SeriesSensitivity> series,
        List<Exclusion> exclusions) {

    /** The threshold where nothing is said: the sensitivity that is called medium. */
    public static final double DEFAULT_THRESHOLD = 0.42;

    /** Most exceptions of series. */
    public static final int MAX_SERIES = 100;

    /** Most exclusions. */
    public static final int MAX_EXCLUSIONS = 200;

    /** Most characters in all dimensions, values and reasons together. */
    public static final int MAX_CHARACTERS = 100_000;

    /**
     * @throws IllegalArgumentException where something is out of its range
     */
    public DetectionSettings {
        SeriesSensitivity.checkThreshold(threshold);
        series = List.copyOf(series);
        exclusions = List.copyOf(exclusions);
        checkAtMost("series", series.size(), MAX_SERIES);
        checkAtMost("exclusions", exclusions.size(), MAX_EXCLUSIONS);
        int characters =
                series.stream().mapToInt(it -> it.series().characters()).sum()
                        + exclusions.stream()
                                .mapToInt(it -> it.series().characters() + it.reason().length())
                                .sum();
        checkAtMost("characters", characters, MAX_CHARACTERS);
    }

    /** The settings of a stream of which nothing is said. */
    public static DetectionSettings of(TenantId tenant, StreamId stream) {
        return new DetectionSettings(tenant, stream, DEFAULT_THRESHOLD, List.of(), List.of());
    }

    /** The threshold that holds for a series with these dimensions. */
    public double thresholdOf(Map<String, String> dimensions) {
        return series.stream()
                .filter(it -> it.series().covers(dimensions))
                .findFirst()
                .map(SeriesSensitivity::threshold)
                .orElse(threshold);
    }

    private static void checkAtMost(String name, int value, int most) {
        if (value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: at most " + most + ")");
        }
    }
}
