package io.streamgauge.detection;

import java.util.List;
import java.util.Locale;

/**
 * One way of looking at a series. Each has features that are large when something is unusual; what
 * they are is told in {@link Features}, and in docs/anomaly-detection.md.
 */
enum Channel {
    /** How far from the same time of day. */
    SEASONAL(0),
    /** The same, of the last few points together. */
    SUSTAINED(1),
    /** How far the mean of the last points is from that of those before. */
    LEVEL(2),
    /** How far the mean of the last points is from its own past. */
    DRIFT(3),
    /** For how long the value has been the same. */
    FLATLINE(4);

    /** All, by {@link #index}. */
    static final List<Channel> ALL = List.of(values());

    private final int index;
    private final String feature = name().toLowerCase(Locale.ROOT);

    Channel(int index) {
        this.index = index;
    }

    /** Its place in arrays of all channels. */
    int index() {
        return index;
    }

    /** Its name in a {@link Contribution}. */
    String feature() {
        return feature;
    }

    /** What a point is that this channel finds the most unusual. */
    AnomalyKind kind(boolean above) {
        return switch (this) {
            case SEASONAL, SUSTAINED -> above ? AnomalyKind.SPIKE : AnomalyKind.DIP;
            case LEVEL -> AnomalyKind.LEVEL_SHIFT;
            case DRIFT -> AnomalyKind.TREND;
            case FLATLINE -> AnomalyKind.FLATLINE;
        };
    }
}
