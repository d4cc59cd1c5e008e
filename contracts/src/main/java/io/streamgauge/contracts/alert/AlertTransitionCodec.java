package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * The JSON form of a transition. Its events stay texts, so that they are what was sent. Members
 * that a reader does not know are passed over.
 */
public final class AlertTransitionCodec {

    private AlertTransitionCodec() {}

    /** The record's key: {@code <tenant>/<alert>/<key>}. */
    public static String key(AlertTransition transition) {
        return transition.tenant() + "/" + transition.alert() + "/" + transition.key();
    }

    /** Writes it as JSON. */
    public static ObjectNode toJson(AlertTransition transition) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", transition.tenant().value());
        json.put("alert", transition.alert().toString());
        json.put("name", transition.name());
        json.put("version", transition.version());
        json.put("shadow", transition.shadow());
        transition.stream().ifPresent(it -> json.put("stream", it.toString()));
        json.put("instance", transition.instance().toString());
        json.put("fingerprint", transition.fingerprint());
        KeyJson.put(json, transition.key());
        json.put("state", transition.state().wireName());
        transition.reason().ifPresent(it -> json.put("reason", it.wireName()));
        json.put("startedAt", Wire.time(transition.startedAt()));
        json.put("at", Wire.time(transition.at()));
        transition.firedAt().ifPresent(it -> json.put("firedAt", Wire.time(it)));
        json.put("severity", transition.severity().wireName());
        texts(json.putObject("labels"), transition.labels());
        texts(json.putObject("annotations"), transition.annotations());
        json.set("evidence", toJson(transition.evidence()));
        return json;
    }

    /** Writes evidence alone. */
    public static ObjectNode toJson(Evidence evidence) {
        ObjectNode json = Json.mapper().createObjectNode();
        put(json, "value", evidence.value());
        put(json, "reference", evidence.reference());
        if (!evidence.steps().isEmpty()) {
            ObjectNode steps = json.putObject("steps");
            evidence.steps()
                    .forEach(
                            (step, events) -> {
                                ArrayNode array = steps.putArray(step);
                                events.forEach(array::add);
                            });
            json.put("omittedEvents", evidence.omittedEvents());
        }
        if (evidence.truncated()) {
            json.put("truncated", true);
        }
        evidence.windowStart().ifPresent(it -> json.put("windowStart", Wire.time(it)));
        evidence.windowEnd().ifPresent(it -> json.put("windowEnd", Wire.time(it)));
        if (evidence.timedOut()) {
            json.put("timedOut", true);
        }
        evidence.silence().ifPresent(it -> json.put("silence", it.wireName()));
        if (!evidence.members().isEmpty()) {
            ArrayNode members = json.putArray("members");
            evidence.members().forEach(it -> members.add(it.toString()));
        }
        json.put("clock", Wire.time(evidence.clock()));
        json.put("lateEvents", evidence.lateEvents());
        return json;
    }

    /** Writes it as UTF-8 JSON. */
    public static byte[] toBytes(AlertTransition transition) {
        return Wire.bytes(toJson(transition));
    }

    /**
     * Reads it.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid transition
     */
    public static AlertTransition fromBytes(byte[] bytes) throws InvalidInputException {
        Wire json = Wire.of(bytes);
        return new AlertTransition(
                json.at("tenant").tenant(),
                json.at("alert").alert(),
                json.at("name").text(),
                json.at("version").atLeast(1),
                json.at("shadow").bool(),
                json.at("stream").optional(Wire::stream),
                json.at("instance").uuid(),
                json.at("fingerprint").text(),
                KeyJson.read(json.at("key")),
                json.at("state").oneOf(InstanceState.values(), InstanceState::wireName),
                json.at("reason").optional(it -> it.oneOf(EndReason.values(), EndReason::wireName)),
                json.at("startedAt").millis(),
                json.at("at").millis(),
                json.at("firedAt").optional(Wire::millis),
                json.at("severity").oneOf(Severity.values(), Severity::wireName),
                json.at("labels").texts(),
                json.at("annotations").texts(),
                evidence(json.at("evidence")));
    }

    private static Evidence evidence(Wire json) throws InvalidInputException {
        Map<String, List<String>> steps = new LinkedHashMap<>();
        if (json.at("steps").isPresent()) {
            for (String step : json.at("steps").names()) {
                List<String> events = new ArrayList<>();
                for (Wire event : json.at("steps").at(step).elements()) {
                    events.add(event.text());
                }
                steps.put(step, events);
            }
        }
        List<AlertId> members = new ArrayList<>();
        if (json.at("members").isPresent()) {
            for (Wire member : json.at("members").elements()) {
                members.add(member.alert());
            }
        }
        return new Evidence(
                decimal(json.at("value")),
                decimal(json.at("reference")),
                steps,
                json.at("omittedEvents").isPresent() ? json.at("omittedEvents").integer() : 0,
                json.at("truncated").isPresent() && json.at("truncated").bool(),
                json.at("windowStart").optional(Wire::millis),
                json.at("windowEnd").optional(Wire::millis),
                json.at("timedOut").isPresent() && json.at("timedOut").bool(),
                json.at("silence")
                        .optional(
                                it ->
                                        it.oneOf(
                                                Evidence.Silence.values(),
                                                Evidence.Silence::wireName)),
                members,
                json.at("clock").millis(),
                json.at("lateEvents").atLeast(0));
    }

    /** JSON has no infinity; a value that is none is left out. */
    private static void put(ObjectNode json, String name, OptionalDouble value) {
        if (value.isPresent() && Double.isFinite(value.getAsDouble())) {
            json.put(name, value.getAsDouble());
        }
    }

    private static OptionalDouble decimal(Wire json) throws InvalidInputException {
        return json.isPresent() ? OptionalDouble.of(json.decimal()) : OptionalDouble.empty();
    }

    private static void texts(ObjectNode json, SortedMap<String, String> texts) {
        texts.forEach(json::put);
    }
}
