package io.streamgauge.jobs.alerting;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.alerting.MemberSignal;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.alert.AlertId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;

/**
 * What alerts tell the composites that they are members of, on its way from the one operator to the
 * other. A composite's groups are under its own id where others have their stream's: no other alert
 * shares them.
 */
final class Members {

    private Members() {}

    /**
     * Makes a signal for the group of a composite that a member's key falls into.
     *
     * @param memberKey values of the member's dimensions, which are the composite's at least
     */
    static GroupedEvent grouped(
            RuleInForce composite,
            String memberKey,
            AlertId member,
            UUID instance,
            boolean firing,
            long clock) {
        List<String> dimensions = composite.rule().groupBy().stream().sorted().toList();
        String json =
                Json.mapper()
                        .createObjectNode()
                        .put("alert", member.toString())
                        .put("instance", instance.toString())
                        .put("firing", firing)
                        .toString();
        RuleRefs rules = new RuleRefs();
        rules.add(composite.key());
        return new GroupedEvent(
                GroupedEvent.Kind.MEMBER,
                group(composite, part(memberKey, dimensions)),
                clock,
                0,
                0,
                rules.toArray(),
                json.getBytes(StandardCharsets.UTF_8));
    }

    /** The group of a composite's key. */
    static String group(RuleInForce composite, String key) {
        return GroupKey.prefix(
                        composite.key().tenant(),
                        new StreamId(composite.key().alert().value()),
                        GroupKey.grouping(composite.rule().groupBy()))
                + key;
    }

    /** Of a key's values those of some dimensions, in order. */
    static String part(String key, List<String> dimensions) {
        try {
            JsonNode values = Json.mapper().readTree(key);
            ObjectNode part = Json.mapper().createObjectNode();
            for (String dimension : dimensions) {
                if (values.has(dimension)) {
                    part.set(dimension, values.get(dimension));
                }
            }
            return part.toString();
        } catch (IOException e) {
            throw new UncheckedIOException("key: " + key + " (expected: a JSON object)", e);
        }
    }

    /** Reads a signal that was judged at a time of the clock. */
    static MemberSignal read(byte[] json, long clock) {
        try {
            JsonNode node = Json.mapper().readTree(json);
            return new MemberSignal(
                    new AlertId(UUID.fromString(node.path("alert").asText())),
                    UUID.fromString(node.path("instance").asText()),
                    node.path("firing").asBoolean(),
                    clock);
        } catch (IOException e) {
            throw new UncheckedIOException("a member's signal is not JSON", e);
        }
    }
}
