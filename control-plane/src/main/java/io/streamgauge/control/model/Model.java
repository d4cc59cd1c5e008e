package io.streamgauge.control.model;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A model in the registry, but for its bytes.
 *
 * @param version of the stream's models
 * @param activatedAt the last time; empty of a candidate
 * @param featureVersion of the features that it looks at
 * @param from time of the first window that it was trained on
 * @param to time of the last one; what it was evaluated on comes after it
 * @param points that it was trained on
 * @param metrics its evaluation, and that of the one that was active then, on the same data
 * @param objection why it was not fit to replace that one; empty where it was
 * @param provenance of the library that trained it
 */
record Model(
        TenantId tenant,
        UUID id,
        StreamId stream,
        long version,
        State state,
        Instant createdAt,
        String createdBy,
        Optional<Instant> activatedAt,
        int featureVersion,
        List<String> measures,
        Instant from,
        Instant to,
        long points,
        ObjectNode metrics,
        Optional<String> objection,
        String provenance) {

    /** What becomes of a model. */
    enum State {
        /** It was never active. */
        CANDIDATE,
        /** The stream is judged by it. */
        ACTIVE,
        /** It was active. */
        RETIRED;

        /** Name on the wire and in the database. */
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Model {
        measures = List.copyOf(measures);
    }

    /** The same in another state. */
    Model in(State next, Optional<Instant> nextActivatedAt) {
        return new Model(
                tenant,
                id,
                stream,
                version,
                next,
                createdAt,
                createdBy,
                nextActivatedAt,
                featureVersion,
                measures,
                from,
                to,
                points,
                metrics,
                objection,
                provenance);
    }

    /** As the API shows it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", id.toString());
        json.put("tenant", tenant.value());
        json.put("stream", stream.toString());
        json.put("version", version);
        json.put("state", state.wireName());
        json.put("createdAt", createdAt.toString());
        json.put("createdBy", createdBy);
        activatedAt.ifPresent(it -> json.put("activatedAt", it.toString()));
        json.put("featureVersion", featureVersion);
        ArrayNode names = json.putArray("measures");
        measures.forEach(names::add);
        json.put("from", from.toString());
        json.put("to", to.toString());
        json.put("points", points);
        json.set("metrics", metrics);
        objection.ifPresent(it -> json.put("objection", it));
        json.put("provenance", provenance);
        return json;
    }
}
