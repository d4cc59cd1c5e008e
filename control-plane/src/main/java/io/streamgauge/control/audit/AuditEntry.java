package io.streamgauge.control.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import java.util.Optional;

/**
 * One change.
 *
 * @param tenant whose resource was changed; empty for what is the platform's
 * @param action {@code create}, {@code update} or {@code delete}, or a feature's own verb
 * @param resourceType a kind of resource by its name in the API, such as {@code stream}
 * @param resourceId the resource's id as the API shows it
 * @param before the resource as the API showed it before, without secrets; empty where it is new
 * @param after the same after the change; empty where it is gone
 */
public record AuditEntry(
        Optional<TenantId> tenant,
        Origin origin,
        String action,
        String resourceType,
        String resourceId,
        Optional<JsonNode> before,
        Optional<JsonNode> after) {}
