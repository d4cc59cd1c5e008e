package io.streamgauge.detection;

/**
 * From which score on a point is an anomaly.
 *
 * @param threshold above 0, at most 1
 */
public record Sensitivity(double threshold) {

    /** Only what is very rare: few false alarms. */
    public static final Sensitivity LOW = new Sensitivity(0.5);

    /** The default. */
    public static final Sensitivity MEDIUM = new Sensitivity(0.42);

    /** Misses little, at the cost of more false alarms. */
    public static final Sensitivity HIGH = new Sensitivity(0.33);

    public Sensitivity {
        if (!(threshold > 0 && threshold <= 1)) {
            throw new IllegalArgumentException(
                    "threshold: " + threshold + " (expected: > 0, <= 1)");
        }
    }
}
