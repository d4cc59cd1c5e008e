package io.streamgauge.control.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A training: one that waits, runs or was.
 *
 * @param scheduled whether the platform itself has asked for it
 * @param from of the windows that are learned from; as far back as trainings go where empty
 * @param to end of these, exclusive; the present where empty
 * @param force whether the model becomes active in spite of an objection
 * @param progress from 0 to 1
 * @param model that came of it
 * @param detail why it failed
 */
record Training(
        TenantId tenant,
        UUID id,
        StreamId stream,
        State state,
        boolean scheduled,
        Instant requestedAt,
        String requestedBy,
        Optional<Instant> from,
        Optional<Instant> to,
        boolean force,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        double progress,
        Optional<UUID> model,
        Optional<String> detail) {

    /** How far a training has come. */
    enum State {
        QUEUED,
        RUNNING,
        DONE,
        FAILED;

        /** Name on the wire and in the database. */
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    boolean isOpen() {
        return state == State.QUEUED || state == State.RUNNING;
    }

    /** Whether it is for the same as another. */
    boolean isLike(Training other) {
        return stream.equals(other.stream)
                && from.equals(other.from)
                && to.equals(other.to)
                && force == other.force;
    }

    /** As the API shows it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", id.toString());
        json.put("tenant", tenant.value());
        json.put("stream", stream.toString());
        json.put("state", state.wireName());
        json.put("progress", progress);
        json.put("scheduled", scheduled);
        json.put("requestedAt", requestedAt.toString());
        json.put("requestedBy", requestedBy);
        from.ifPresent(it -> json.put("from", it.toString()));
        to.ifPresent(it -> json.put("to", it.toString()));
        json.put("force", force);
        startedAt.ifPresent(it -> json.put("startedAt", it.toString()));
        endedAt.ifPresent(it -> json.put("endedAt", it.toString()));
        model.ifPresent(it -> json.put("model", it.toString()));
        detail.ifPresent(it -> json.put("detail", it));
        return json;
    }
}
