package io.streamgauge.jobs.alerting;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.alerting.RuleRevision;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The revisions of one alert, oldest first, with the times from which on they are in force: what is
 * kept of it in broadcast state, as a JSON array. For one task's thread.
 */
final class Revisions {

    private final AlertDefinitionCodec.Key key;
    private final List<RuleRevision> revisions = new ArrayList<>();

    /** None. */
    Revisions(AlertDefinitionCodec.Key key) {
        this.key = key;
    }

    /** Reads what {@link #toBytes} has written; a revision that cannot be read is left out. */
    static Revisions fromBytes(AlertDefinitionCodec.Key key, byte[] json) throws IOException {
        Revisions restored = new Revisions(key);
        for (JsonNode node : Json.mapper().readTree(json)) {
            SortedMap<Long, Long> since = new TreeMap<>();
            node.path("since")
                    .properties()
                    .forEach(
                            entry ->
                                    since.put(
                                            Long.parseLong(entry.getKey()),
                                            entry.getValue().asLong()));
            Optional<AlertDefinition> definition = Optional.empty();
            if (node.has("definition")) {
                definition =
                        ControlRecords.alert(
                                key.toString(),
                                Json.mapper().writeValueAsBytes(node.get("definition")));
                if (definition.isEmpty()) {
                    continue;
                }
            }
            restored.add(node.path("effectiveFrom").asLong(), since, definition);
        }
        return restored;
    }

    /** Adds one, which is in force after the others. */
    void add(
            long effectiveFrom, SortedMap<Long, Long> since, Optional<AlertDefinition> definition) {
        revisions.add(
                new RuleRevision(key.tenant(), key.alert(), definition, effectiveFrom, since));
    }

    List<RuleRevision> all() {
        return revisions;
    }

    /** From when on the next one can be in force: writers' clocks may differ. */
    long notBefore(long effectiveFrom) {
        return revisions.isEmpty()
                ? effectiveFrom
                : Math.max(effectiveFrom, revisions.getLast().effectiveFrom());
    }

    /**
     * Forgets what was over at a time.
     *
     * @return whether there was any
     */
    boolean forget(long before) {
        int size = revisions.size();
        while (revisions.size() > 1 && revisions.get(1).effectiveFrom() <= before) {
            revisions.removeFirst();
        }
        return revisions.size() < size;
    }

    /** Whether the alert was gone at a time, and nothing comes after. */
    boolean isGone(long before) {
        return revisions.size() == 1
                && revisions.getFirst().definition().isEmpty()
                && revisions.getFirst().effectiveFrom() <= before;
    }

    byte[] toBytes() {
        ArrayNode json = Json.mapper().createArrayNode();
        for (RuleRevision revision : revisions) {
            ObjectNode node = json.addObject().put("effectiveFrom", revision.effectiveFrom());
            ObjectNode since = node.putObject("since");
            revision.since().forEach((version, at) -> since.put(version.toString(), at));
            revision.definition()
                    .ifPresent(
                            definition ->
                                    node.set(
                                            "definition", AlertDefinitionCodec.toJson(definition)));
        }
        try {
            return Json.mapper().writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values could not be written", e);
        }
    }
}
