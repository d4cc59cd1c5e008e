package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.alertlookup.KnownAlert;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.rest.TimeRange;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** Compares what a shadow version fired with what the active one did while both ran. */
public final class ShadowService {

    /** Instances of either version that are compared at most. */
    static final int MAX_INSTANCES = 1_000;

    private final Database database;
    private final InstanceRepository instances = new InstanceRepository();

    public ShadowService(Database database) {
        this.database = database;
    }

    /** What both fired in a time, as far as it is not before the shadow version was in force. */
    ObjectNode compare(KnownAlert alert, long shadowVersion, TimeRange asked) {
        Instant since = effectiveFrom(alert, shadowVersion).orElse(asked.from());
        Instant from = since.isAfter(asked.from()) ? since : asked.from();
        List<AlertInstance> shadow = fired(alert, true, shadowVersion, from, asked.to());
        List<AlertInstance> active = fired(alert, false, alert.activeVersion(), from, asked.to());
        ShadowDiff diff = ShadowDiff.of(first(active), first(shadow));
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("alert", alert.id().toString());
        json.put("activeVersion", alert.activeVersion());
        json.put("shadowVersion", shadowVersion);
        json.put("from", from.toString());
        json.put("to", asked.to().toString());
        json.put("truncated", active.size() > MAX_INSTANCES || shadow.size() > MAX_INSTANCES);
        ObjectNode counts = json.putObject("counts");
        counts.put("both", diff.both().size());
        counts.put("onlyActive", diff.onlyActive().size());
        counts.put("onlyShadow", diff.onlyShadow().size());
        ArrayNode both = json.putArray("both");
        for (ShadowDiff.Pair pair : diff.both()) {
            ObjectNode target = both.addObject();
            target.set("key", pair.active().key());
            write(pair.active(), target.putObject("active"));
            write(pair.shadow(), target.putObject("shadow"));
        }
        write(diff.onlyActive(), json.putArray("onlyActive"));
        write(diff.onlyShadow(), json.putArray("onlyShadow"));
        return json;
    }

    /** Since when a version is in force, as far as the job has said so. */
    private Optional<Instant> effectiveFrom(KnownAlert alert, long version) {
        return database.inTenant(
                        alert.tenant(),
                        handle ->
                                handle.createQuery(
                                                """
                                                SELECT effective_from FROM alert_status
                                                WHERE tenant_id = :tenant AND alert_id = :alert
                                                    AND version = :version
                                                ORDER BY effective_from LIMIT 1\
                                                """)
                                        .bind("tenant", alert.tenant().value())
                                        .bind("alert", alert.id().value())
                                        .bind("version", version)
                                        .mapTo(OffsetDateTime.class)
                                        .findOne())
                .map(OffsetDateTime::toInstant);
    }

    private List<AlertInstance> fired(
            KnownAlert alert, boolean shadow, long version, Instant from, Instant to) {
        return database.inTenant(
                alert.tenant(),
                handle ->
                        instances.fired(
                                handle,
                                alert.tenant(),
                                alert.id().value(),
                                shadow,
                                version,
                                new TimeRange(from, to),
                                MAX_INSTANCES + 1));
    }

    private static List<AlertInstance> first(List<AlertInstance> all) {
        return all.size() <= MAX_INSTANCES ? all : all.subList(0, MAX_INSTANCES);
    }

    private static void write(List<AlertInstance> all, ArrayNode target) {
        for (AlertInstance instance : all) {
            ObjectNode json = target.addObject();
            json.set("key", instance.key());
            write(instance, json);
        }
    }

    private static void write(AlertInstance instance, ObjectNode target) {
        target.put("id", instance.id().toString());
        target.put("state", instance.state());
        target.put("startedAt", instance.startedAt().toString());
        instance.firedAt().ifPresent(it -> target.put("firedAt", it.toString()));
        instance.endedAt().ifPresent(it -> target.put("endedAt", it.toString()));
    }
}
