package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;

/**
 * The JSON form of what a subtask says of a version of an alert. Members that a reader does not
 * know are passed over.
 */
public final class RuleStatusCodec {

    private RuleStatusCodec() {}

    /** The record's key: {@code <tenant>/<alert>/<version>/<subtask>}. */
    public static String key(RuleStatus status) {
        return "%s/%s/%d/%d"
                .formatted(status.tenant(), status.alert(), status.version(), status.subtask());
    }

    /** Writes it as JSON. */
    public static ObjectNode toJson(RuleStatus status) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", status.tenant().value());
        json.put("alert", status.alert().toString());
        json.put("version", status.version());
        json.put("revision", status.revision());
        json.put("subtask", status.subtask());
        json.put("parallelism", status.parallelism());
        json.put("state", status.state().wireName());
        json.put("effectiveFrom", Wire.time(status.effectiveFrom()));
        json.put("errors", status.errors());
        status.lastError().ifPresent(it -> json.put("lastError", it));
        json.put("droppedPartialMatches", status.droppedPartialMatches());
        json.put("droppedInstances", status.droppedInstances());
        json.put("throttled", status.throttled());
        status.throttledUntil().ifPresent(it -> json.put("throttledUntil", Wire.time(it)));
        json.put("at", Wire.time(status.at()));
        return json;
    }

    /** Writes it as UTF-8 JSON. */
    public static byte[] toBytes(RuleStatus status) {
        return Wire.bytes(toJson(status));
    }

    /**
     * Reads it.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid status
     */
    public static RuleStatus fromBytes(byte[] bytes) throws InvalidInputException {
        Wire json = Wire.of(bytes);
        return new RuleStatus(
                json.at("tenant").tenant(),
                json.at("alert").alert(),
                json.at("version").atLeast(1),
                json.at("revision").atLeast(1),
                json.at("subtask").integer(),
                json.at("parallelism").integer(),
                json.at("state").oneOf(RuleStatus.State.values(), RuleStatus.State::wireName),
                json.at("effectiveFrom").millis(),
                json.at("errors").atLeast(0),
                json.at("lastError").optional(Wire::text),
                json.at("droppedPartialMatches").atLeast(0),
                json.at("droppedInstances").atLeast(0),
                json.at("throttled").optional(it -> it.atLeast(0)).orElse(0L),
                json.at("throttledUntil").optional(Wire::millis),
                json.at("at").millis());
    }
}
