package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.problem.NotFound;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Shows instances, and takes down who has seen them, in one transaction with the audit log. */
public final class InstanceService {

    private final Database database;
    private final InstanceRepository instances = new InstanceRepository();
    private final AuditLog audit;
    private final InstantSource clock;

    public InstanceService(Database database, AuditLog audit, InstantSource clock) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * @throws NotFound where there is no such instance
     */
    AlertInstance get(TenantId tenant, UUID id) {
        return database.inTenant(tenant, handle -> instances.find(handle, tenant, id))
                .orElseThrow(() -> notFound(id.toString()));
    }

    /** Instances, the latest first. */
    List<AlertInstance> list(InstanceQuery query) {
        return database.inTenant(query.tenant(), handle -> instances.list(handle, query));
    }

    /** How many there are in each state. */
    Map<String, Long> counts(InstanceQuery query) {
        return database.inTenant(query.tenant(), handle -> instances.counts(handle, query));
    }

    /**
     * Notes that somebody has seen an instance. Who says the same again changes nothing.
     *
     * @throws NotFound where there is no such instance
     */
    AlertInstance acknowledge(TenantId tenant, UUID id, String note, Origin origin) {
        return change(
                tenant,
                id,
                Optional.of(
                        new Acknowledgement(
                                clock.instant().truncatedTo(ChronoUnit.MICROS),
                                origin.actor(),
                                note)),
                origin);
    }

    /**
     * Takes that back, whoever it was.
     *
     * @throws NotFound where there is no such instance
     */
    AlertInstance withdraw(TenantId tenant, UUID id, Origin origin) {
        return change(tenant, id, Optional.empty(), origin);
    }

    static NotFound notFound(String id) {
        return new NotFound(
                "alert instance: %s does not exist (expected: the id of an instance)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }

    private AlertInstance change(
            TenantId tenant, UUID id, Optional<Acknowledgement> next, Origin origin) {
        return database.inTenant(
                tenant,
                handle -> {
                    AlertInstance current =
                            instances
                                    .findForUpdate(handle, tenant, id)
                                    .orElseThrow(() -> notFound(id.toString()));
                    Optional<Acknowledgement> before = current.acknowledgement();
                    if (saysTheSame(before, next)) {
                        return current;
                    }
                    instances.acknowledge(handle, tenant, id, next);
                    audit.append(
                            handle,
                            new AuditEntry(
                                    Optional.of(tenant),
                                    origin,
                                    next.isPresent() ? "acknowledge" : "withdraw",
                                    "alert-instance",
                                    id.toString(),
                                    before.map(it -> (JsonNode) it.toJson()),
                                    next.map(it -> (JsonNode) it.toJson())));
                    return instances.find(handle, tenant, id).orElseThrow();
                });
    }

    private static boolean saysTheSame(
            Optional<Acknowledgement> one, Optional<Acknowledgement> other) {
        return one.map(it -> List.of(it.by(), it.note()))
                .equals(other.map(it -> List.of(it.by(), it.note())));
    }
}
