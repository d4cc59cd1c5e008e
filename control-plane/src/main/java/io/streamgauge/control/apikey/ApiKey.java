package io.streamgauge.control.apikey;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.rest.VersionTag;
import java.time.Instant;
import java.util.UUID;

/**
 * An API key as its tenant sees it: everything but the secret.
 *
 * @param prefix the key's public beginning
 * @param createdBy subject of the token that it was made with
 */
record ApiKey(
        TenantId tenant,
        UUID id,
        ApiKeySpec spec,
        String prefix,
        long version,
        String createdBy,
        Instant createdAt) {

    /** The tag of this version. */
    VersionTag tag() {
        return VersionTag.of(id, version);
    }

    /** The same key, changed. */
    ApiKey changedTo(ApiKeySpec next) {
        return new ApiKey(tenant, id, next, prefix, version + 1, createdBy, createdAt);
    }

    /** As the API and the audit log show it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", id.toString());
        json.put("tenant", tenant.value());
        json.put("name", spec.name());
        json.put("prefix", prefix);
        ArrayNode scopes = json.putArray("scopes");
        spec.scopes().stream().sorted().map(Scope::wireName).forEach(scopes::add);
        spec.expiresAt().ifPresent(it -> json.put("expiresAt", it.toString()));
        json.put("version", version);
        json.put("createdBy", createdBy);
        json.put("createdAt", createdAt.toString());
        return json;
    }
}
