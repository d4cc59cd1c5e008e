package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.event.SeriesKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one stream's series are judged. Remembers what holds for which series, up to a number. For
 * one task's thread.
 */
final class StreamDetection {

    /** More series than most streams have in a task; a map of so many takes a few megabytes. */
    private static final int MAX_REMEMBERED = 10_000;

    private final Optional<ActiveModel> model;
    private final DetectionSettings settings;
    private final boolean alike;
    private final Map<String, SeriesRules> remembered = new HashMap<>();

    StreamDetection(Optional<ActiveModel> model, DetectionSettings settings) {
        this.model = model;
        this.settings = settings;
        alike = settings.series().isEmpty() && settings.exclusions().isEmpty();
    }

    Optional<ActiveModel> model() {
        return model;
    }

    DetectionSettings settings() {
        return settings;
    }

    /** What of the settings holds for a series of the stream. */
    SeriesRules rules(SeriesKey series) {
        String dimensions = alike ? "" : series.dimensions(); // need not be looked into
        SeriesRules known = remembered.get(dimensions);
        if (known != null) {
            return known;
        }
        if (remembered.size() >= MAX_REMEMBERED) {
            remembered.clear();
        }
        SeriesRules rules = SeriesRules.of(settings, alike ? Map.of() : series.dimensionValues());
        remembered.put(dimensions, rules);
        return rules;
    }
}
