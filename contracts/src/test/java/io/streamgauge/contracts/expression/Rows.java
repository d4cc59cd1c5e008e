package io.streamgauge.contracts.expression;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.UnknownFields;
import java.time.Duration;
import java.util.List;

/** A stream with fields of all types, and events of it. */
public final class Rows {

    public static final StreamSpec STREAM =
            new StreamSpec(
                    "metrics",
                    "",
                    List.of(
                            new Field("ts", FieldType.TIMESTAMP, FieldRole.TIMESTAMP, true),
                            new Field("host", FieldType.STRING, FieldRole.DIMENSION, true),
                            new Field("status", FieldType.NUMBER, FieldRole.DIMENSION, false),
                            new Field("up", FieldType.BOOLEAN, FieldRole.DIMENSION, false),
                            new Field("cpu_percent", FieldType.NUMBER, FieldRole.MEASURE, false),
                            new Field("amount", FieldType.NUMBER, FieldRole.MEASURE, false),
                            new Field("message", FieldType.STRING, FieldRole.ATTRIBUTE, false),
                            new Field("at", FieldType.TIMESTAMP, FieldRole.ATTRIBUTE, false)),
                    List.of(Duration.ofSeconds(1)),
                    Duration.ZERO,
                    Duration.ZERO,
                    true,
                    UnknownFields.REJECT);

    private static final EventDecoder DECODER = new EventDecoder(STREAM);

    private Rows() {}

    /**
     * An event at 2026-01-05T10:30:00Z on host a.
     *
     * @param members more members, with single quotes
     */
    public static EventRow row(String members) {
        String json =
                "{'ts':'2026-01-05T10:30:00Z','host':'a'%s}"
                        .formatted(members.isEmpty() ? "" : "," + members)
                        .replace('\'', '"');
        try {
            return DECODER.decodeRow(json.getBytes(UTF_8));
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
