package io.streamgauge.control.audit;

import com.fasterxml.jackson.core.JsonGenerator;
import io.streamgauge.control.audit.AuditQuery.Position;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * An entry as it was read.
 *
 * @param position its place in the order
 * @param tenant empty for an entry of the platform
 * @param before JSON; empty where the resource was new
 * @param after JSON; empty where it is gone
 */
record RecordedEntry(
        Position position,
        UUID id,
        Optional<String> tenant,
        Origin origin,
        String action,
        String resourceType,
        String resourceId,
        Optional<String> before,
        Optional<String> after) {

    /** Writes the entry as the API shows it. */
    void writeTo(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", id.toString());
        if (tenant.isPresent()) {
            json.writeStringField("tenant", tenant.get());
        }
        json.writeStringField("at", position.at().toString());
        json.writeStringField("actorKind", origin.actorKind());
        json.writeStringField("actor", origin.actor());
        json.writeStringField("action", action);
        json.writeStringField("resourceType", resourceType);
        json.writeStringField("resourceId", resourceId);
        json.writeStringField("remoteAddress", origin.remoteAddress());
        json.writeStringField("requestId", origin.requestId());
        writeState("before", before, json);
        writeState("after", after, json);
        json.writeEndObject();
    }

    private static void writeState(String name, Optional<String> state, JsonGenerator json)
            throws IOException {
        if (state.isPresent()) {
            json.writeFieldName(name);
            json.writeRawValue(state.get());
        }
    }
}
