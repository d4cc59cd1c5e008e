package io.streamgauge.jobs.anomaly;

import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.UnknownFields;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The definition of {@link DetectionHarness#SERIES}' stream. */
final class Streams {

    private Streams() {}

    static StreamDefinition stream(Duration... windows) {
        return stream(List.of("m"), windows);
    }

    /** With these measures. */
    static StreamDefinition stream(List<String> measures, Duration... windows) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field("at", FieldType.TIMESTAMP, FieldRole.TIMESTAMP, true));
        fields.add(new Field("host", FieldType.STRING, FieldRole.DIMENSION, true));
        for (String measure : measures) {
            fields.add(new Field(measure, FieldType.NUMBER, FieldRole.MEASURE, false));
        }
        StreamSpec spec =
                new StreamSpec(
                        "s",
                        "",
                        fields,
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
