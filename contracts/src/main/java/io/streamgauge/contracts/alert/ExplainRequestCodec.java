package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;

/** The JSON form of a question to the alerting job. */
public final class ExplainRequestCodec {

    private ExplainRequestCodec() {}

    /** Writes it as JSON. */
    public static ObjectNode toJson(ExplainRequest request) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", request.id().toString());
        json.put("tenant", request.tenant().value());
        json.put("alert", request.alert().toString());
        KeyJson.put(json, request.key());
        return json;
    }

    /** Writes it as UTF-8 JSON. */
    public static byte[] toBytes(ExplainRequest request) {
        return Wire.bytes(toJson(request));
    }

    /**
     * Reads it.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid question
     */
    public static ExplainRequest fromBytes(byte[] bytes) throws InvalidInputException {
        Wire json = Wire.of(bytes);
        return new ExplainRequest(
                json.at("id").uuid(),
                json.at("tenant").tenant(),
                json.at("alert").alert(),
                KeyJson.read(json.at("key")));
    }
}
