package io.streamgauge.control.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.control.rest.VersionTag;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An alert as its tenant sees it.
 *
 * @param stream whose events it judges; empty where it is a composite
 * @param members of its composites, by what the specifications call them
 * @param versions that run, or would where it is paused: the active one first, then the shadow,
 *     then those that drain
 * @param lastVersion the highest number that a version ever had
 * @param revision 1 when created, one more with each change of any kind
 */
record Alert(
        TenantId tenant,
        AlertId id,
        Optional<StreamId> stream,
        Map<String, AlertId> members,
        List<AlertVersion> versions,
        long lastVersion,
        boolean paused,
        long revision,
        Instant createdAt,
        Instant updatedAt) {

    Alert {
        members = Map.copyOf(members);
        versions = List.copyOf(versions);
    }

    /** The version that is the alert. */
    AlertVersion active() {
        return versions.getFirst();
    }

    /** What the active version says. */
    AlertSpec spec() {
        return active().spec();
    }

    String name() {
        return spec().name();
    }

    /** The version that runs beside the active one, where there is one. */
    Optional<AlertVersion> shadow() {
        return running(AlertVersion.Mode.SHADOW).stream().findFirst();
    }

    /** Versions that finish what they began. */
    List<AlertVersion> draining() {
        return running(AlertVersion.Mode.DRAINING);
    }

    /** The tag of this revision. */
    VersionTag tag() {
        return VersionTag.of(id.value(), revision);
    }

    /** As the jobs are told of it. */
    AlertDefinition definition() {
        return new AlertDefinition(
                tenant,
                id,
                stream,
                members,
                revision,
                paused,
                paused ? List.of() : versions,
                updatedAt);
    }

    /** As the API and the audit log show it: the active specification, and what runs beside it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", id.toString());
        json.put("tenant", tenant.value());
        json.setAll(AlertDefinitionCodec.toJson(spec()));
        stream.ifPresent(it -> json.put("streamId", it.toString()));
        json.put("version", active().number());
        json.put("revision", revision);
        json.put("paused", paused);
        shadow().ifPresent(
                        it ->
                                json.putObject("shadow")
                                        .put("version", it.number())
                                        .set("spec", AlertDefinitionCodec.toJson(it.spec())));
        if (!draining().isEmpty()) {
            ArrayNode numbers = json.putArray("draining");
            draining().forEach(it -> numbers.add(it.number()));
        }
        json.put("createdAt", createdAt.toString());
        json.put("updatedAt", updatedAt.toString());
        return json;
    }

    private List<AlertVersion> running(AlertVersion.Mode mode) {
        return versions.stream().filter(it -> it.mode() == mode).toList();
    }
}
