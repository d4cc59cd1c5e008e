package io.streamgauge.control.silence;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.rest.VersionTag;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * A silence.
 *
 * @param version 1 when created, one more with each change
 */
record Silence(
        TenantId tenant,
        UUID id,
        SilenceSpec spec,
        String createdBy,
        long version,
        Instant createdAt,
        Instant updatedAt) {

    /** Where a silence stands in time. */
    enum State {
        PENDING,
        ACTIVE,
        EXPIRED;

        /** Name on the wire. */
        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    VersionTag tag() {
        return VersionTag.of(id, version);
    }

    State state(Instant now) {
        if (!now.isBefore(spec.to())) {
            return State.EXPIRED;
        }
        return now.isBefore(spec.from()) ? State.PENDING : State.ACTIVE;
    }

    /** Whether it is for something with these labels. */
    boolean matches(Map<String, String> labels) {
        return spec.matchers().stream().allMatch(it -> it.matches(labels));
    }

    /** The next version. */
    Silence changedTo(SilenceSpec next, Instant now) {
        return new Silence(tenant, id, next, createdBy, version + 1, createdAt, now);
    }

    /** As the API shows it. */
    ObjectNode toJson(Instant now) {
        return toJson().put("state", state(now).wireName());
    }

    /** As the audit log shows it: the state is only time's. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", id.toString());
        json.put("tenant", tenant.value());
        json.set("matchers", toJson(spec.matchers()));
        json.put("from", spec.from().toString());
        json.put("to", spec.to().toString());
        json.put("reason", spec.reason());
        json.put("createdBy", createdBy);
        json.put("version", version);
        json.put("createdAt", createdAt.toString());
        json.put("updatedAt", updatedAt.toString());
        return json;
    }

    static ArrayNode toJson(List<Matcher> matchers) {
        ArrayNode array = Json.mapper().createArrayNode();
        for (Matcher matcher : matchers) {
            array.addObject()
                    .put("name", matcher.name())
                    .put("op", matcher.operator().wireName())
                    .put("value", matcher.value());
        }
        return array;
    }
}
