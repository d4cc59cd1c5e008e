package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.database.Database;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What is pending or firing, told as the transition that made it so. Shadow versions tell nobody.
 */
public final class OpenInstances {

    private final Database database;
    private final InstanceRepository instances = new InstanceRepository();

    public OpenInstances(Database database) {
        this.database = database;
    }

    /**
     * Reads them, the latest first.
     *
     * @param stream empty for those of all streams, and of composites
     * @param key values that dimensions must have
     * @param limit at most
     * @throws io.streamgauge.control.problem.Unavailable where the database is away
     */
    public List<ObjectNode> transitions(
            TenantId tenant, Optional<UUID> stream, Map<String, String> key, int limit) {
        InstanceQuery query =
                new InstanceQuery(
                        tenant,
                        true,
                        Optional.empty(),
                        stream,
                        Optional.empty(),
                        List.of(),
                        List.of(),
                        Optional.of(false),
                        Map.of(),
                        key,
                        Optional.empty(),
                        limit);
        return database.inTenant(tenant, handle -> instances.list(handle, query)).stream()
                .map(it -> transition(tenant, it))
                .toList();
    }

    private static ObjectNode transition(TenantId tenant, AlertInstance instance) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("tenant", tenant.value());
        json.put("alert", instance.alert().toString());
        json.put("name", instance.name());
        json.put("version", instance.version());
        json.put("shadow", instance.shadow());
        instance.stream().ifPresent(it -> json.put("stream", it.toString()));
        json.put("instance", instance.id().toString());
        json.put("fingerprint", instance.fingerprint());
        json.set("key", instance.key());
        json.put("state", instance.state());
        instance.reason().ifPresent(it -> json.put("reason", it));
        json.put("startedAt", instance.startedAt().toString());
        json.put("at", instance.updatedAt().toString());
        instance.firedAt().ifPresent(it -> json.put("firedAt", it.toString()));
        json.put("severity", instance.severity());
        json.set("labels", instance.labels());
        json.set("annotations", instance.annotations());
        json.set("evidence", instance.evidence());
        return json;
    }
}
