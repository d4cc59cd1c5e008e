package io.streamgauge.contracts.detection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.Wire;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The JSON form of what a subtask of the anomaly job says of a stream. Members that a reader does
 * not know are passed over.
 */
public final class DetectionStatusCodec {

    private DetectionStatusCodec() {}

    /** The record's key: {@code <tenant>/<stream>/<subtask>}. */
    public static String key(DetectionStatus status) {
        return key(status.tenant(), status.stream(), status.subtask());
    }

    /** The key of what a subtask says of a stream. */
    public static String key(TenantId tenant, StreamId stream, int subtask) {
        return "%s/%s/%d".formatted(tenant, stream, subtask);
    }

    /** Writes it as JSON. */
    public static ObjectNode toJson(DetectionStatus status) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", status.tenant().value());
        json.put("stream", status.stream().toString());
        json.put("subtask", status.subtask());
        json.put("parallelism", status.parallelism());
        json.put("state", status.state().wireName());
        status.model().ifPresent(it -> json.put("model", it.toString()));
        status.version().ifPresent(it -> json.put("version", it));
        status.reason().ifPresent(it -> json.put("reason", it));
        json.put("threshold", status.threshold());
        json.put("exceptions", status.exceptions());
        json.put("exclusions", status.exclusions());
        json.put("failures", status.failures());
        json.put("seriesBeyondLimit", status.seriesBeyondLimit());
        DetectionStatus.Observed observed = status.observed();
        json.putObject("observed")
                .put("learning", observed.learning())
                .put("active", observed.active())
                .put("constant", observed.constant())
                .put("invalidValues", observed.invalidValues())
                .put("outOfOrder", observed.outOfOrder());
        json.put("at", Wire.time(status.at()));
        return json;
    }

    /** Writes it as UTF-8 JSON. */
    public static byte[] toBytes(DetectionStatus status) {
        return Wire.bytes(toJson(status));
    }

    /**
     * Reads it.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid status
     */
    public static DetectionStatus fromBytes(byte[] bytes) throws InvalidInputException {
        Wire json = Wire.of(bytes);
        Optional<Long> version = json.at("version").optional(it -> it.atLeast(1));
        return new DetectionStatus(
                json.at("tenant").tenant(),
                json.at("stream").stream(),
                json.at("subtask").integer(),
                json.at("parallelism").integer(),
                json.at("state")
                        .oneOf(DetectionStatus.State.values(), DetectionStatus.State::wireName),
                json.at("model").optional(Wire::uuid),
                version.isPresent() ? OptionalLong.of(version.get()) : OptionalLong.empty(),
                json.at("reason").optional(Wire::text),
                json.at("threshold").decimal(),
                json.at("exceptions").integer(),
                json.at("exclusions").integer(),
                json.at("failures").atLeast(0),
                json.at("seriesBeyondLimit").atLeast(0),
                json.at("observed")
                        .optional(DetectionStatusCodec::observed)
                        .orElse(DetectionStatus.Observed.NOTHING), // of an earlier release
                json.at("at").millis());
    }

    private static DetectionStatus.Observed observed(Wire json) throws InvalidInputException {
        return new DetectionStatus.Observed(
                json.at("learning").atLeast(0),
                json.at("active").atLeast(0),
                json.at("constant").atLeast(0),
                json.at("invalidValues").atLeast(0),
                json.at("outOfOrder").atLeast(0));
    }
}
