package io.streamgauge.contracts.detection;

/**
 * From which score on anomalies of some series are told of.
 *
 * @param series for which it holds
 * @param threshold above 0, at most 1
 */
public record SeriesSensitivity(SeriesScope series, double threshold) {

    /**
     * @throws IllegalArgumentException where the threshold is out of its range
     */
    public SeriesSensitivity {
        checkThreshold(threshold);
    }

    static void checkThreshold(double threshold) {
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    "threshold: " + threshold + " (expected: > 0, <= 1)");
        }
    }
}
