package io.streamgauge.control.member;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.Role;
import io.streamgauge.control.rest.VersionTag;
import java.time.Instant;
import java.util.UUID;

/**
 * A user's membership of one tenant.
 *
 * @param userId the user's id, the same in every tenant
 * @param issuer of the user's tokens
 * @param subject of the user's tokens
 * @param name what this tenant calls the user; may be empty
 * @param createdAt since when, to the millisecond
 */
record Member(
        TenantId tenant,
        UUID userId,
        String issuer,
        String subject,
        String name,
        Role role,
        long version,
        Instant createdAt) {

    /** The tag of this version, which is not that of a user who left and came again. */
    VersionTag tag() {
        return new VersionTag(
                "%s-%x".formatted(userId.toString().substring(0, 8), createdAt.toEpochMilli()),
                version);
    }

    /** The same member with another name and role. */
    Member changedTo(String nextName, Role nextRole) {
        return new Member(
                tenant, userId, issuer, subject, nextName, nextRole, version + 1, createdAt);
    }

    /** As the API and the audit log show it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("userId", userId.toString());
        json.put("tenant", tenant.value());
        json.put("issuer", issuer);
        json.put("subject", subject);
        json.put("name", name);
        json.put("role", role.wireName());
        json.put("version", version);
        json.put("createdAt", createdAt.toString());
        return json;
    }
}
