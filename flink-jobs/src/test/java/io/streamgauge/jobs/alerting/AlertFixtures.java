package io.streamgauge.jobs.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.stream.StreamSpec;
import io.streamgauge.contracts.stream.UnknownFields;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A stream, alerts on it, and how they look on the control topic. */
final class AlertFixtures {

    /** Some whole hour. */
    static final long ORIGIN = 1_767_225_600_000L;

    static final TenantId ACME = new TenantId("acme");
    static final TenantId UMBRELLA = new TenantId("umbrella");
    static final StreamDefinition STREAM = stream(ACME, 1);

    private AlertFixtures() {}

    /** A stream of hosts with a measure, a kind and an optional number, 100 ms out of order. */
    static StreamDefinition stream(TenantId tenant, int number) {
        StreamSpec spec =
                new StreamSpec(
                        "s" + number,
                        "",
                        List.of(
                                new Field("at", FieldType.TIMESTAMP, FieldRole.TIMESTAMP, true),
                                new Field("host", FieldType.STRING, FieldRole.DIMENSION, true),
                                new Field("m", FieldType.NUMBER, FieldRole.MEASURE, true),
                                new Field("kind", FieldType.STRING, FieldRole.ATTRIBUTE, false),
                                new Field("code", FieldType.NUMBER, FieldRole.ATTRIBUTE, false)),
                        List.of(Duration.ofSeconds(1)),
                        Duration.ofMillis(100),
                        Duration.ofSeconds(1),
                        false,
                        UnknownFields.REJECT);
        return new StreamDefinition(
                tenant,
                new StreamId(new UUID(tenant.hashCode(), number)),
                spec,
                1,
                Instant.EPOCH,
                Instant.EPOCH);
    }

    static AlertId id(int number) {
        return new AlertId(new UUID(7, number));
    }

    /** A specification; single quotes stand for double ones. */
    static AlertSpec spec(String json) {
        try {
            return AlertSpecReader.read(Json.mapper().readTree(json.replace('\'', '"')));
        } catch (JsonProcessingException | InvalidInputException e) {
            throw new IllegalArgumentException(json, e);
        }
    }

    /** Fires while a host's value is above a level. */
    static AlertSpec above(double level) {
        return spec(
                "{'name':'high','stream':'s1','groupBy':['host'],'condition':{'kind':'threshold','measure':'m','op':'>','value':%s}}"
                        .formatted(level));
    }

    static AlertVersion active(long number, AlertSpec spec) {
        return new AlertVersion(number, AlertVersion.Mode.ACTIVE, spec);
    }

    static AlertDefinition alert(
            StreamDefinition stream, AlertId id, long revision, AlertVersion... versions) {
        return new AlertDefinition(
                stream.tenant(),
                id,
                versions.length > 0 && versions[0].spec().condition() instanceof Condition.Composite
                        ? Optional.empty()
                        : Optional.of(stream.id()),
                Map.of(),
                revision,
                versions.length == 0,
                List.of(versions),
                Instant.ofEpochMilli(ORIGIN));
    }

    static DefinitionUpdate update(StreamDefinition stream) {
        return new DefinitionUpdate(
                new StreamDefinitionCodec.Key(stream.tenant(), stream.id()).toString(),
                StreamDefinitionCodec.toBytes(stream),
                ORIGIN - 10_000);
    }

    /** A definition that takes effect at a time after {@link #ORIGIN}. */
    static DefinitionUpdate update(AlertDefinition alert, long effectiveFrom) {
        return new DefinitionUpdate(
                key(alert.tenant(), alert.id()),
                AlertDefinitionCodec.toBytes(alert),
                ORIGIN + effectiveFrom - RuleDesk.EFFECT_DELAY_MILLIS);
    }

    static DefinitionUpdate removal(AlertDefinition alert, long effectiveFrom) {
        return new DefinitionUpdate(
                key(alert.tenant(), alert.id()),
                null,
                ORIGIN + effectiveFrom - RuleDesk.EFFECT_DELAY_MILLIS);
    }

    static String key(TenantId tenant, AlertId alert) {
        return new AlertDefinitionCodec.Key(tenant, alert).toString();
    }

    static String event(long at, String host, double m) {
        return "{\"at\":%d,\"host\":\"%s\",\"m\":%s}".formatted(ORIGIN + at, host, m);
    }

    /** State, key and times of a transition, relative to {@link #ORIGIN}. */
    static String summary(AlertTransition transition) {
        return "%s v%d %s %d@%d%s"
                .formatted(
                        transition.state().wireName(),
                        transition.version(),
                        transition.key().replace("\"", ""),
                        transition.startedAt() - ORIGIN,
                        transition.at() - ORIGIN,
                        transition.reason().map(reason -> " " + reason.wireName()).orElse(""));
    }
}
