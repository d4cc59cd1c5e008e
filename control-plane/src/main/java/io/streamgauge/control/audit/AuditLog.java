package io.streamgauge.control.audit;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The writing end of the audit log. An entry is part of the transaction that makes the change:
 * there is none without the other. The database refuses to change or remove entries.
 */
public final class AuditLog {

    private final InstantSource clock;

    public AuditLog(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Adds an entry to the present transaction. An entry with a tenant needs a transaction in that
     * tenant or one of the system's role, one without a tenant needs the latter.
     */
    public void append(Handle handle, AuditEntry entry) {
        Origin origin = entry.origin();
        handle.createUpdate(
                        """
                        INSERT INTO audit_log (tenant_id, at, actor_kind, actor, action,
                            resource_type, resource_id, remote_address, request_id, before, after)
                        VALUES (:tenant, :at, :actorKind, :actor, :action, :resourceType,
                            :resourceId, :remoteAddress, :requestId,
                            CAST(:before AS jsonb), CAST(:after AS jsonb))\
                        """)
                .bind("tenant", entry.tenant().map(TenantId::value).orElse(null))
                .bind("at", clock.instant().atOffset(ZoneOffset.UTC))
                .bind("actorKind", origin.actorKind())
                .bind("actor", origin.actor())
                .bind("action", entry.action())
                .bind("resourceType", entry.resourceType())
                .bind("resourceId", entry.resourceId())
                .bind("remoteAddress", origin.remoteAddress())
                .bind("requestId", origin.requestId())
                .bind("before", text(entry.before()))
                .bind("after", text(entry.after()))
                .execute();
    }

    private static @Nullable String text(Optional<JsonNode> json) {
        return json.map(JsonNode::toString).orElse(null);
    }
}
