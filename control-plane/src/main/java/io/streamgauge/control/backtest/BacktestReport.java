package io.streamgauge.control.backtest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.alerting.backtest.BacktestResult;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertTransitionCodec;
import io.streamgauge.contracts.alert.InstanceState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What a backtest answers.
 *
 * @param truncation what ended it early, where something did
 * @param retention how long events are kept; empty where the request brought them
 */
record BacktestReport(
        BacktestSubject subject,
        EventScan scan,
        BacktestResult result,
        Optional<Truncation> truncation,
        Optional<Duration> retention,
        Duration elapsed) {

    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("name", subject.alert().versions().getFirst().spec().name());
        json.put("from", time(scan.from()));
        json.put("to", time(scan.to()));
        json.put("until", time(result.until()));
        json.put("truncated", truncation.isPresent());
        truncation.ifPresent(
                it -> json.put("truncatedBy", it.by()).put("truncatedReason", it.reason()));
        json.put("elapsedMillis", elapsed.toMillis());
        writeEvents(json.putObject("events"));
        json.put("keys", result.keys());
        json.put("errors", result.errors());
        result.lastError().ifPresent(it -> json.put("lastError", it));
        json.put("droppedPartialMatches", result.droppedPartialMatches());
        Map<UUID, List<AlertTransition>> instances = new LinkedHashMap<>();
        for (AlertTransition transition : result.transitions()) {
            instances
                    .computeIfAbsent(transition.instance(), id -> new ArrayList<>())
                    .add(transition);
        }
        writeCounts(instances.size(), json.putObject("counts"));
        ArrayNode array = json.putArray("instances");
        instances.values().forEach(it -> write(it, array.addObject()));
        return json;
    }

    private void writeEvents(ObjectNode json) {
        json.put("read", result.events());
        json.put("judged", result.judged());
        json.put("invalid", scan.invalid());
        retention.ifPresent(
                it -> {
                    json.put("scanned", scan.records());
                    json.put("scannedBytes", scan.bytes());
                    json.put("retention", Durations.format(it));
                });
    }

    private void writeCounts(int instances, ObjectNode json) {
        json.put("instances", instances);
        for (InstanceState state : InstanceState.values()) {
            json.put(
                    state.wireName(),
                    result.transitions().stream().filter(it -> it.state() == state).count());
        }
    }

    private static void write(List<AlertTransition> transitions, ObjectNode json) {
        AlertTransition last = transitions.getLast();
        ObjectNode whole = AlertTransitionCodec.toJson(last);
        json.put("id", last.instance().toString());
        json.set("key", whole.path("key"));
        json.put("state", last.state().wireName());
        json.put("severity", last.severity().wireName());
        json.put("startedAt", time(last.startedAt()));
        ArrayNode array = json.putArray("transitions");
        for (AlertTransition transition : transitions) {
            ObjectNode of = AlertTransitionCodec.toJson(transition);
            ObjectNode target = array.addObject();
            target.put("state", transition.state().wireName());
            target.put("at", time(transition.at()));
            transition.reason().ifPresent(it -> target.put("reason", it.wireName()));
            target.set("annotations", of.path("annotations"));
            target.set("evidence", of.path("evidence"));
        }
    }

    private static String time(long millis) {
        return Instant.ofEpochMilli(millis).toString();
    }
}
