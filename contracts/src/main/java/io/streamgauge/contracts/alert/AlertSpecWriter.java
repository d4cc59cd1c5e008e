package io.streamgauge.contracts.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.Condition.InnerContiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.Condition.Within;
import java.util.Collection;
import java.util.List;

/** Writes a specification so that {@link AlertSpecReader} reads the same, defaults included. */
final class AlertSpecWriter {

    private AlertSpecWriter() {}

    static ObjectNode toJson(AlertSpec spec) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("name", spec.name());
        json.put("description", spec.description());
        spec.stream().ifPresent(it -> json.put("stream", it));
        spec.where().ifPresent(it -> json.put("where", it));
        addAll(json.putArray("groupBy"), spec.groupBy());
        json.put("severity", spec.severity().wireName());
        ObjectNode labels = json.putObject("labels");
        spec.labels().forEach(labels::put);
        ObjectNode annotations = json.putObject("annotations");
        spec.annotations().forEach(annotations::put);
        if (!(spec.condition() instanceof Condition.Sequence)) {
            json.put("for", Durations.format(spec.forDuration()));
        }
        json.put("keepFiringFor", Durations.format(spec.keepFiringFor()));
        json.set("condition", toJson(spec.condition()));
        return json;
    }

    static ObjectNode toJson(Condition condition) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("kind", condition.kind());
        switch (condition) {
            case Condition.Threshold threshold -> {
                switch (threshold.subject()) {
                    case Condition.Subject.Raw raw -> json.put("measure", raw.measure());
                    case Condition.Subject.Windowed windowed -> window(json, windowed.window());
                }
                json.put("op", threshold.comparison().wireName());
                json.put("value", threshold.level());
                threshold.recovery().ifPresent(it -> json.put("recovery", it));
            }
            case Condition.Change change -> {
                window(json, change.window());
                json.put("offset", Durations.format(change.offset()));
                json.put(
                        "mode",
                        change.percent() ? ConditionReader.PERCENT : ConditionReader.ABSOLUTE);
                json.put("op", change.comparison().wireName());
                json.put("value", change.level());
                change.recovery().ifPresent(it -> json.put("recovery", it));
            }
            case Condition.Absence absence -> {
                json.put("duration", Durations.format(absence.duration()));
                json.put("forgetAfter", Durations.format(absence.forgetAfter()));
            }
            case Condition.Sequence sequence -> sequence(json, sequence);
            case Condition.Anomaly anomaly -> {
                json.put("score", anomaly.score());
                addAll(json.putArray("kinds"), anomaly.kinds().stream().sorted().toList());
            }
            case Condition.Composite composite -> {
                addAll(json.putArray("all"), composite.all());
                addAll(json.putArray("any"), composite.any());
                addAll(json.putArray("none"), composite.none());
            }
        }
        return json;
    }

    private static void window(ObjectNode json, Condition.Window window) {
        window.measure().ifPresent(it -> json.put("measure", it));
        json.put("aggregate", window.statistic().wireName());
        json.put("window", Durations.format(window.size()));
        json.put("every", Durations.format(window.every()));
    }

    private static void sequence(ObjectNode json, Condition.Sequence sequence) {
        sequence.within().ifPresent(it -> within(json, it));
        Skip skip = sequence.skip();
        if (skip.step().isPresent()) {
            json.putObject("skip").put(skip.strategy().wireName(), skip.step().get());
        } else {
            json.put("skip", skip.strategy().wireName());
        }
        json.put("on", sequence.outcome().wireName());
        steps(json.putArray("steps"), sequence.steps());
    }

    private static void within(ObjectNode json, Within within) {
        ObjectNode object = json.putObject("within");
        within.firstToLast().ifPresent(it -> object.put("firstToLast", Durations.format(it)));
        within.previousToCurrent()
                .ifPresent(it -> object.put("previousToCurrent", Durations.format(it)));
    }

    private static void steps(ArrayNode array, List<Step> steps) {
        for (Step step : steps) {
            ObjectNode json = array.addObject();
            json.put("name", step.name());
            json.put("contiguity", step.contiguity().wireName());
            switch (step.body()) {
                case Step.Single single -> single.where().ifPresent(it -> json.put("where", it));
                case Step.Group group -> steps(json.putArray("steps"), group.steps());
            }
            quantifier(json, step.quantifier());
        }
    }

    private static void quantifier(ObjectNode json, Quantifier quantifier) {
        if (!quantifier.most().equals(Quantifier.ONCE.most())) {
            ObjectNode times = json.putObject("times").put("from", quantifier.least());
            quantifier.most().ifPresent(it -> times.put("to", it));
        }
        putIfTrue(json, "optional", quantifier.optional());
        putIfTrue(json, "greedy", quantifier.greedy());
        putIfTrue(json, "consecutive", quantifier.inner() == InnerContiguity.CONSECUTIVE);
        putIfTrue(
                json,
                "allowCombinations",
                quantifier.inner() == InnerContiguity.ALLOW_COMBINATIONS);
        quantifier.within().ifPresent(it -> json.put("within", Durations.format(it)));
        quantifier.until().ifPresent(it -> json.put("until", it));
    }

    private static void putIfTrue(ObjectNode json, String name, boolean value) {
        if (value) {
            json.put(name, true);
        }
    }

    private static void addAll(ArrayNode array, Collection<String> texts) {
        texts.forEach(array::add);
    }
}
