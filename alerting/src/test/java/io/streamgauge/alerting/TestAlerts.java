package io.streamgauge.alerting;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Severity;
import io.streamgauge.contracts.alert.Statistic;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.UnknownFields;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.UUID;

/** A stream of hosts' values, and alerts on it. */
public final class TestAlerts {

    public static final TenantId TENANT = new TenantId("acme");
    public static final StreamId STREAM_ID = new StreamId(new UUID(1, 1));
    public static final long OUT_OF_ORDERNESS = 2_000;
    public static final StreamDefinition STREAM = stream(Duration.ofMillis(OUT_OF_ORDERNESS));

    private static final EventDecoder DECODER = new EventDecoder(STREAM.spec());

    private TestAlerts() {}

    static StreamDefinition stream(Duration outOfOrderness) {
        StreamSpec spec =
                new StreamSpec(
                        "hosts",
                        "",
                        List.of(
                                new Field("ts", FieldType.TIMESTAMP, FieldRole.TIMESTAMP, true),
                                new Field("host", FieldType.STRING, FieldRole.DIMENSION, true),
                                new Field("region", FieldType.STRING, FieldRole.DIMENSION, false),
                                new Field("value", FieldType.NUMBER, FieldRole.MEASURE, false),
                                new Field("kind", FieldType.STRING, FieldRole.ATTRIBUTE, false)),
                        List.of(Duration.ofMinutes(1)),
                        outOfOrderness,
                        Duration.ZERO,
                        false,
                        UnknownFields.REJECT);
        return new StreamDefinition(TENANT, STREAM_ID, spec, 1, Instant.EPOCH, Instant.EPOCH);
    }

    public static AlertId id(int number) {
        return new AlertId(new UUID(7, number));
    }

    public static AlertDefinition alert(int number, AlertSpec spec) {
        return definition(number, 1, List.of(new AlertVersion(1, AlertVersion.Mode.ACTIVE, spec)));
    }

    public static AlertDefinition definition(
            int number, long revision, List<AlertVersion> versions) {
        return new AlertDefinition(
                TENANT,
                id(number),
                Optional.of(STREAM_ID),
                Map.of(),
                revision,
                versions.isEmpty(),
                versions,
                Instant.EPOCH);
    }

    public static AlertSpec spec(Condition condition, List<String> groupBy) {
        return spec(condition, groupBy, Duration.ZERO, Duration.ZERO);
    }

    public static AlertSpec spec(
            Condition condition,
            List<String> groupBy,
            Duration forDuration,
            Duration keepFiringFor) {
        return new AlertSpec(
                "high",
                "",
                Optional.of("hosts"),
                Optional.empty(),
                groupBy,
                Severity.WARNING,
                new TreeMap<>(Map.of("team", "infra")),
                new TreeMap<>(),
                condition,
                forDuration,
                keepFiringFor);
    }

    public static AlertSpec where(AlertSpec spec, String where) {
        return new AlertSpec(
                spec.name(),
                spec.description(),
                spec.stream(),
                Optional.of(where),
                spec.groupBy(),
                spec.severity(),
                spec.labels(),
                spec.annotations(),
                spec.condition(),
                spec.forDuration(),
                spec.keepFiringFor());
    }

    static AlertSpec annotated(AlertSpec spec, String summary) {
        return new AlertSpec(
                spec.name(),
                spec.description(),
                spec.stream(),
                spec.where(),
                spec.groupBy(),
                spec.severity(),
                spec.labels(),
                new TreeMap<>(Map.of("summary", summary)),
                spec.condition(),
                spec.forDuration(),
                spec.keepFiringFor());
    }

    public static Condition.Threshold raw(Comparison comparison, double level) {
        return new Condition.Threshold(
                new Condition.Subject.Raw("value"), comparison, level, OptionalDouble.empty());
    }

    public static Condition.Window window(
            Statistic statistic, long sizeSeconds, long everySeconds) {
        return new Condition.Window(
                Optional.of("value"),
                statistic,
                Duration.ofSeconds(sizeSeconds),
                Duration.ofSeconds(everySeconds));
    }

    public static Condition.Threshold windowed(
            Condition.Window window, Comparison comparison, double level) {
        return new Condition.Threshold(
                new Condition.Subject.Windowed(window), comparison, level, OptionalDouble.empty());
    }

    public static EventRow row(long timestamp, String host, double value) {
        return row(
                "{\"ts\":%d,\"host\":\"%s\",\"value\":%s}"
                        .formatted(timestamp, host, Double.toString(value)));
    }

    public static EventRow row(String json) {
        try {
            return DECODER.decodeRow(json.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidInputException e) {
            throw new IllegalArgumentException(json, e);
        }
    }
}
