package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.Exclusion;
import io.streamgauge.contracts.detection.SeriesSensitivity;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.rest.VersionTag;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is said of a stream's detection.
 *
 * @param version 0 where nothing was ever said, one more with each change
 * @param changed when it was changed last, and by whom
 * @param exclusions in the order of their begin
 */
record Detection(
        TenantId tenant,
        StreamId stream,
        long version,
        DetectionSpec spec,
        Optional<Change> changed,
        List<Exclusion> exclusions) {

    /** A change. */
    record Change(Instant at, String by) {}

    Detection {
        exclusions = List.copyOf(exclusions);
    }

    VersionTag tag() {
        return VersionTag.of(stream.value(), version);
    }

    /**
     * As the job is told.
     *
     * @throws InvalidRequest where it is more than the job takes
     */
    DetectionSettings settings() {
        try {
            return new DetectionSettings(
                    tenant, stream, spec.threshold(), spec.series(), exclusions);
        } catch (IllegalArgumentException tooMuch) {
            throw new InvalidRequest(
                    new Violation("#", "range", String.valueOf(tooMuch.getMessage())));
        }
    }

    /** As the API shows it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("stream", stream.toString());
        json.put("tenant", tenant.value());
        json.put("version", version);
        Sensitivities.write(spec.threshold(), json);
        json.set("series", toJson(spec.series()));
        ArrayNode times = json.putArray("exclusions");
        exclusions.forEach(it -> times.add(toJson(it)));
        changed.ifPresent(
                it -> json.put("updatedAt", it.at().toString()).put("updatedBy", it.by()));
        return json;
    }

    static ArrayNode toJson(List<SeriesSensitivity> series) {
        ArrayNode array = Json.mapper().createArrayNode();
        for (SeriesSensitivity one : series) {
            ObjectNode item = array.addObject();
            item.set("where", Scopes.toJson(one.series().where()));
            Sensitivities.write(one.threshold(), item);
        }
        return array;
    }

    static ObjectNode toJson(Exclusion exclusion) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", exclusion.id().toString());
        json.put("from", exclusion.from().toString());
        json.put("to", exclusion.to().toString());
        json.set("where", Scopes.toJson(exclusion.series().where()));
        json.put("reason", exclusion.reason());
        return json;
    }
}
