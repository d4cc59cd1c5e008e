package io.streamgauge.contracts.detection;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.Wire;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * The JSON form of the active model of a stream on the control topic, where its key is {@code
 * model/<tenant>/<stream>} and a tombstone says that none is active. Members that a reader does not
 * know are passed over.
 */
public final class PublishedModelCodec {

    private static final String KIND = "model";

    private static final int MAX_BASE64 = (PublishedModel.MAX_BYTES + 2) / 3 * 4;

    /** As {@link Json#mapper}, but for longer texts, which no client can send here. */
    private static final ObjectMapper MAPPER =
            JsonMapper.builder(
                            Json.factory()
                                    .rebuild()
                                    .streamReadConstraints(
                                            Json.factory()
                                                    .streamReadConstraints()
                                                    .rebuild()
                                                    .maxStringLength(2 * MAX_BASE64)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    private PublishedModelCodec() {}

    /** The model of which stream a record of the control topic is about. */
    public record Key(TenantId tenant, StreamId stream) {

        /** The record's key. */
        @Override
        public String toString() {
            return ControlKey.text(KIND, tenant, stream);
        }

        /** Reads a record's key; empty where it is about something other than a model. */
        public static Optional<Key> parse(String key) {
            return ControlKey.parse(KIND, key, Key::new);
        }
    }

    /** Writes a model as UTF-8 JSON. */
    public static byte[] toBytes(PublishedModel model) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("model", model.id().toString());
        json.put("version", model.version());
        json.put("bytes", Base64.getEncoder().encodeToString(model.bytes()));
        return Wire.bytes(json);
    }

    /**
     * Reads a model.
     *
     * @param key that it was under
     * @throws InvalidInputException where the bytes are not a complete record of a model; whether
     *     the model in it is sound shows where it is read
     */
    public static PublishedModel fromBytes(Key key, byte[] bytes) throws InvalidInputException {
        Wire json = Wire.of(bytes, MAPPER);
        UUID id = json.at("model").uuid();
        long version = json.at("version").atLeast(1);
        Wire content = json.at("bytes");
        String base64 = content.text();
        try {
            return new PublishedModel(
                    key.tenant(), key.stream(), id, version, Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            throw content.wrong("base64 of at most " + PublishedModel.MAX_BYTES + " bytes");
        }
    }
}
