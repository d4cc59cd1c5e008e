package io.streamgauge.jobs.alerting;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.anomaly.AnomalyPoint;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads what the anomaly job writes, and finds the groups of the rules that wait for it. */
final class Anomalies {

    private static final Logger LOG = LoggerFactory.getLogger(Anomalies.class);

    private Anomalies() {}

    /**
     * One element for each group with a rule that judges anomalies of the point's stream.
     *
     * @param arrival when it is to be judged, on the platform's clock
     */
    static List<GroupedEvent> grouped(byte[] json, long arrival, RuleBook book) {
        AnomalyPoint point;
        try {
            point = read(json);
        } catch (InvalidInputException e) {
            LOG.error("an anomaly is invalid; ignored: {}", e.getMessage());
            return List.of();
        }
        String dimensions = Json.mapper().valueToTree(point.dimensions()).toString();
        Map<String, RuleRefs> rulesByGroup = new LinkedHashMap<>();
        for (RuleInForce rule : book.rules(point.tenant(), point.stream(), arrival)) {
            if (rule.rule().spec().condition() instanceof Condition.Anomaly) {
                List<String> groupBy = rule.rule().groupBy().stream().sorted().toList();
                String group =
                        GroupKey.prefix(point.tenant(), point.stream(), GroupKey.grouping(groupBy))
                                + Members.part(dimensions, groupBy);
                rulesByGroup.computeIfAbsent(group, text -> new RuleRefs()).add(rule.key());
            }
        }
        List<GroupedEvent> events = new ArrayList<>();
        rulesByGroup.forEach(
                (group, rules) ->
                        events.add(
                                new GroupedEvent(
                                        GroupedEvent.Kind.ANOMALY,
                                        group,
                                        arrival,
                                        0,
                                        0,
                                        rules.toArray(),
                                        json)));
        return events;
    }

    /**
     * Reads a point.
     *
     * @throws InvalidInputException where the bytes are not a complete, valid one
     */
    static AnomalyPoint read(byte[] json) throws InvalidInputException {
        JsonNode node;
        try {
            node = Json.mapper().readTree(json);
        } catch (IOException e) {
            throw invalid("#", "syntax", "not JSON");
        }
        String tenant = node.path("tenant").asText();
        if (!TenantId.isValid(tenant)) {
            throw invalid("#/tenant", "format", "expected: a tenant id");
        }
        StreamId stream =
                StreamId.parse(node.path("stream").asText())
                        .orElseThrow(() -> invalid("#/stream", "format", "expected: a UUID"));
        if (!node.path("timestamp").isIntegralNumber()) {
            throw invalid("#/timestamp", "type", "expected: milliseconds since the epoch");
        }
        double score = node.path("score").asDouble(Double.NaN);
        if (!(score >= 0 && score <= 1)) {
            throw invalid("#/score", "range", "expected: 0 to 1");
        }
        SortedMap<String, String> dimensions = new TreeMap<>();
        node.path("dimensions")
                .properties()
                .forEach(entry -> dimensions.put(entry.getKey(), entry.getValue().asText()));
        return new AnomalyPoint(
                new TenantId(tenant),
                stream,
                dimensions,
                node.path("measure").asText(),
                node.path("timestamp").asLong(),
                score,
                node.path("kind").asText());
    }

    private static InvalidInputException invalid(String pointer, String code, String message) {
        return new InvalidInputException(List.of(new Violation(pointer, code, message)));
    }
}
