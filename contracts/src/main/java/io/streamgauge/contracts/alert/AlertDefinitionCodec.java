package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import java.util.List;
import java.util.Optional;

/**
 * The JSON form of an alert's definition on the control topic, where its key is {@code
 * alert/<tenant>/<id>} and a tombstone says that the alert is gone.
 */
public final class AlertDefinitionCodec {

    private static final String KEY_PREFIX = "alert/";

    private AlertDefinitionCodec() {}

    /** Which alert a record of the control topic is about. */
    public record Key(TenantId tenant, AlertId alert) {

        /** The record's key. */
        @Override
        public String toString() {
            return KEY_PREFIX + tenant + "/" + alert;
        }

        /** Reads a record's key; empty where it is about something other than an alert. */
        public static Optional<Key> parse(String key) {
            String[] parts = key.split("/", -1);
            if (parts.length != 3 || !key.startsWith(KEY_PREFIX) || !TenantId.isValid(parts[1])) {
                return Optional.empty();
            }
            return AlertId.parse(parts[2]).map(id -> new Key(new TenantId(parts[1]), id));
        }
    }

    /** Writes the specification alone. */
    public static ObjectNode toJson(AlertSpec spec) {
        return Json.mapper().createObjectNode();
    }

    /** Writes a definition. */
    public static ObjectNode toJson(AlertDefinition definition) {
        return Json.mapper().createObjectNode();
    }

    /** Writes a definition as UTF-8 JSON. */
    public static byte[] toBytes(AlertDefinition definition) {
        return new byte[0];
    }

    /**
     * Reads a definition.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid definition
     */
    @SuppressWarnings("DoNotCallSuggester")
    public static AlertDefinition fromBytes(byte[] bytes) throws InvalidInputException {
        throw new InvalidInputException(List.of(new Violation("#", "type", "not yet")));
    }
}
