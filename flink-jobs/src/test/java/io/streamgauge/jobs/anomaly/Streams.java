package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.UnknownFields;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The definition of {@link DetectionHarness#SERIES}' stream. */
final class Streams {

    private Streams() {}

    static StreamDefinition stream(Duration... windows) {
        StreamSpec spec =
                new StreamSpec(
                        "s",
                        "",
                        List.of(
                                new Field("at", FieldType.TIMESTAMP, FieldRole.TIMESTAMP, true),
                                new Field("host", FieldType.STRING, FieldRole.DIMENSION, true),
                                new Field("m", FieldType.NUMBER, FieldRole.MEASURE, false)),
                        List.of(windows),
                        Duration.ZERO,
                        Duration.ZERO,
                        true,
                        UnknownFields.REJECT);
        Instant created = Instant.ofEpochMilli(DetectionHarness.ORIGIN);
        return new StreamDefinition(
                DetectionHarness.SERIES.tenant(),
                DetectionHarness.SERIES.stream(),
                spec,
                1,
                created,
                created);
    }
}
