package io.streamgauge.control.tenantadmin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.tenant.Quota;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The JSON of tenants, tiers, uses and deletions. Quotas stand in one order everywhere. */
final class TenantJson {

    private TenantJson() {}

    static ObjectNode of(Tenant tenant) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", tenant.id().value());
        json.put("name", tenant.settings().name());
        json.put("tier", tenant.settings().tier());
        json.put("active", tenant.settings().active());
        json.set("quotas", of(tenant.settings().quotas()));
        json.put("version", tenant.version());
        json.put("createdAt", tenant.createdAt().toString());
        json.put("updatedAt", tenant.updatedAt().toString());
        tenant.deletingSince().ifPresent(since -> json.put("deletingSince", since.toString()));
        return json;
    }

    static ObjectNode of(Tier tier) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("name", tier.name());
        json.put("rank", tier.rank());
        json.set("quotas", of(tier.quotas()));
        return json;
    }

    static ObjectNode of(Tenant tenant, List<QuotaUse> uses) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", tenant.id().value());
        json.put("tier", tenant.settings().tier());
        ObjectNode quotas = json.putObject("quotas");
        for (QuotaUse use : uses) {
            ObjectNode quota = quotas.putObject(use.quota().wireName());
            quota.put("limit", use.limit());
            quota.put("source", use.own() ? "tenant" : "tier");
            use.used().ifPresent(used -> quota.put("used", used));
        }
        return json;
    }

    static ObjectNode of(Deletion deletion) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", deletion.tenant().value());
        json.put("state", deletion.finishedAt().isPresent() ? "done" : "running");
        json.put("requestedAt", deletion.requestedAt().toString());
        json.put("requestedBy", deletion.requestedBy());
        json.put("deletedRows", deletion.deletedRows());
        deletion.finishedAt().map(Instant::toString).ifPresent(at -> json.put("finishedAt", at));
        return json;
    }

    private static ObjectNode of(Map<Quota, Long> quotas) {
        ObjectNode json = Json.mapper().createObjectNode();
        for (Quota quota : Quota.values()) {
            Long limit = quotas.get(quota);
            if (limit != null) {
                json.put(quota.wireName(), limit);
            }
        }
        return json;
    }
}
