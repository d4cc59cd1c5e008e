package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.Violation;
import java.util.List;

/** The JSON form. */
public final class ExplainRequestCodec {

    private ExplainRequestCodec() {}

    /** Writes it as JSON. */
    public static ObjectNode toJson(ExplainRequest request) {
        return Json.mapper().createObjectNode();
    }

    /** Writes it as UTF-8 JSON. */
    public static byte[] toBytes(ExplainRequest request) {
        return new byte[0];
    }

    /**
     * Reads it.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid one
     */
    @SuppressWarnings("DoNotCallSuggester")
    public static ExplainRequest fromBytes(byte[] bytes) throws InvalidInputException {
        throw new InvalidInputException(List.of(new Violation("#", "type", "not yet")));
    }
}
