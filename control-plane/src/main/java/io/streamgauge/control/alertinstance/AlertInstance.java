package io.streamgauge.control.alertinstance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.control.silence.ActiveSilences;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * One incident of an alert, as it stands.
 *
 * @param name the alert's
 * @param version of the alert that judged
 * @param shadow whether that version only runs beside the active one
 * @param stream empty where the alert is a composite
 * @param key values of the alert's dimensions by name
 * @param state pending, firing or resolved
 * @param reason why it ended, where it did
 * @param evidence what it fired on, or is pending on; JSON
 * @param endEvidence what it ended on; JSON
 * @param updatedAt since when it is in its state
 */
record AlertInstance(
        UUID id,
        UUID alert,
        String name,
        long version,
        boolean shadow,
        Optional<UUID> stream,
        String fingerprint,
        JsonNode key,
        String state,
        Optional<String> reason,
        Instant startedAt,
        Optional<Instant> firedAt,
        Optional<Instant> endedAt,
        String severity,
        JsonNode labels,
        JsonNode annotations,
        JsonNode evidence,
        Optional<JsonNode> endEvidence,
        Optional<Acknowledgement> acknowledgement,
        Instant updatedAt) {

    /** What silences match it by; see {@link ActiveSilences}. */
    Map<String, String> matchedLabels() {
        Map<String, String> all = new HashMap<>();
        for (Map.Entry<String, JsonNode> dimension : key.properties()) {
            all.put(dimension.getKey(), dimension.getValue().asText());
        }
        for (Map.Entry<String, JsonNode> label : labels.properties()) {
            all.put(label.getKey(), label.getValue().asText());
        }
        all.put(ActiveSilences.ALERT_NAME, name);
        all.put(ActiveSilences.SEVERITY, severity);
        return all;
    }

    /** As the API shows it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", id.toString());
        json.put("alert", alert.toString());
        json.put("name", name);
        json.put("version", version);
        json.put("shadow", shadow);
        stream.ifPresent(it -> json.put("stream", it.toString()));
        json.put("fingerprint", fingerprint);
        json.set("key", key);
        json.put("state", state);
        reason.ifPresent(it -> json.put("reason", it));
        json.put("severity", severity);
        json.put("startedAt", startedAt.toString());
        firedAt.ifPresent(it -> json.put("firedAt", it.toString()));
        endedAt.ifPresent(it -> json.put("endedAt", it.toString()));
        json.put("updatedAt", updatedAt.toString());
        json.set("labels", labels);
        json.set("annotations", annotations);
        json.set("evidence", evidence);
        endEvidence.ifPresent(it -> json.set("endEvidence", it));
        acknowledgement.ifPresent(it -> json.set("acknowledgement", it.toJson()));
        return json;
    }

    /** As {@link #toJson()}, with whether it is silenced, and by what. */
    ObjectNode toJson(ActiveSilences.Snapshot silences) {
        List<UUID> matching = silences.matching(matchedLabels());
        ObjectNode json = toJson();
        json.put("silenced", !matching.isEmpty());
        matching.forEach(it -> json.withArray("silencedBy").add(it.toString()));
        return json;
    }
}
