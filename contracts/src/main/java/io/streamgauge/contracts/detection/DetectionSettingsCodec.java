package io.streamgauge.contracts.detection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.alert.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The JSON form of a stream's detection settings on the control topic, where their key is {@code
 * detection/<tenant>/<stream>} and a tombstone says that the defaults hold. Members that a reader
 * does not know are passed over, and those that are not there have their default.
 */
public final class DetectionSettingsCodec {

    private static final String KIND = "detection";

    private DetectionSettingsCodec() {}

    /** The settings of which stream a record of the control topic is about. */
    public record Key(TenantId tenant, StreamId stream) {

        /** The record's key. */
        @Override
        public String toString() {
            return ControlKey.text(KIND, tenant, stream);
        }

        /** Reads a record's key; empty where it is about something other than settings. */
        public static Optional<Key> parse(String key) {
            return ControlKey.parse(KIND, key, Key::new);
        }
    }

    /** Writes settings as UTF-8 JSON. */
    public static byte[] toBytes(DetectionSettings settings) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", settings.tenant().value());
        json.put("stream", settings.stream().toString());
        json.put("threshold", settings.threshold());
        ArrayNode series = json.putArray("series");
        for (SeriesSensitivity one : settings.series()) {
            ObjectNode item = series.addObject();
            item.set("where", Json.mapper().valueToTree(one.series().where()));
            item.put("threshold", one.threshold());
        }
        ArrayNode exclusions = json.putArray("exclusions");
        for (Exclusion one : settings.exclusions()) {
            ObjectNode item = exclusions.addObject();
            item.put("id", one.id().toString());
            item.put("from", one.from().toString());
            item.put("to", one.to().toString());
            item.set("where", Json.mapper().valueToTree(one.series().where()));
            item.put("reason", one.reason());
        }
        return Wire.bytes(json);
    }

    /**
     * Reads settings.
     *
     * @throws InvalidInputException where the bytes are not valid settings
     */
    public static DetectionSettings fromBytes(byte[] bytes) throws InvalidInputException {
        Wire json = Wire.of(bytes);
        TenantId tenant = json.at("tenant").tenant();
        StreamId stream = json.at("stream").stream();
        double threshold =
                json.at("threshold")
                        .optional(Wire::decimal)
                        .orElse(DetectionSettings.DEFAULT_THRESHOLD);
        try {
            List<SeriesSensitivity> series = new ArrayList<>();
            for (Wire item : items(json.at("series"))) {
                series.add(
                        new SeriesSensitivity(
                                scope(item.at("where")), item.at("threshold").decimal()));
            }
            List<Exclusion> exclusions = new ArrayList<>();
            for (Wire item : items(json.at("exclusions"))) {
                exclusions.add(
                        new Exclusion(
                                item.at("id").uuid(),
                                item.at("from").instant(),
                                item.at("to").instant(),
                                scope(item.at("where")),
                                item.at("reason").optional(Wire::text).orElse("")));
            }
            return new DetectionSettings(tenant, stream, threshold, series, exclusions);
        } catch (IllegalArgumentException e) {
            String message = String.valueOf(e.getMessage());
            throw new InvalidInputException(List.of(new Violation("#", "range", message)));
        }
    }

    private static List<Wire> items(Wire array) throws InvalidInputException {
        return array.optional(Wire::elements).orElse(List.of());
    }

    private static SeriesScope scope(Wire where) throws InvalidInputException {
        return where.optional(Wire::texts).map(SeriesScope::new).orElse(SeriesScope.ALL);
    }
}
