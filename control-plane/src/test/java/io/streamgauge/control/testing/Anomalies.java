package io.streamgauge.control.testing;

import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Anomalies of the measure {@code v} in windows of a second. */
public final class Anomalies {

    private Anomalies() {}

    /** One that begins; a combination is what the model of version 3 says. */
    public static Anomaly of(
            StreamDefinition stream, String dimensions, Instant start, String kind, double score) {
        return new Anomaly(
                new SeriesKey(stream.tenant(), stream.id(), dimensions),
                "v",
                start,
                Duration.ofSeconds(1),
                score,
                kind,
                true,
                kind.equals(Anomaly.MISSING) ? OptionalDouble.empty() : OptionalDouble.of(90),
                10,
                8,
                12,
                List.of(new Anomaly.Contribution("seasonal", 6, 1)),
                kind.equals(Anomaly.COMBINATION) ? OptionalLong.of(3) : OptionalLong.empty());
    }
}
