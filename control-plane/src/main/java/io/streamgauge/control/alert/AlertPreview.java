package io.streamgauge.control.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AnnotationTemplate;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamSpec;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How an alert's annotations read when it fires, with values that are made up: of the key's
 * dimensions their names and a number, of the value one beyond the level, of a step one event.
 */
final class AlertPreview {

    private AlertPreview() {}

    /**
     * The preview as the API shows it.
     *
     * @param stream whose events are judged; empty for a composite
     */
    static ObjectNode of(AlertSpec spec, Optional<StreamSpec> stream, Instant now) {
        Map<String, String> key = new TreeMap<>();
        for (String dimension : spec.groupBy()) {
            key.put(dimension, stream.map(it -> sample(it, dimension)).orElse(dimension + "-1"));
        }
        OptionalDouble value = value(spec.condition());
        AnnotationTemplate.Context context =
                new AnnotationTemplate.Context(
                        spec.name(),
                        spec.severity(),
                        now.toEpochMilli(),
                        spec.labels(),
                        key,
                        value,
                        reference(spec.condition()),
                        steps(spec.condition(), stream));
        ObjectNode json = Json.mapper().createObjectNode();
        ObjectNode ofKey = json.putObject("key");
        key.forEach(ofKey::put);
        value.ifPresent(it -> json.put("value", it));
        ObjectNode annotations = json.putObject("annotations");
        spec.annotations()
                .forEach((name, text) -> annotations.put(name, rendered(name, text, context)));
        return json;
    }

    private static String rendered(String name, String text, AnnotationTemplate.Context context) {
        try {
            return AnnotationTemplate.parse(text).render(context);
        } catch (InvalidInputException e) {
            throw new IllegalStateException(
                    "annotations.%s: not a template (expected: none that the reader refuses)"
                            .formatted(name),
                    e);
        }
    }

    private static OptionalDouble value(Condition condition) {
        return switch (condition) {
            case Condition.Threshold it -> OptionalDouble.of(beyond(it.comparison(), it.level()));
            case Condition.Change it -> OptionalDouble.of(beyond(it.comparison(), it.level()));
            case Condition.Anomaly it -> OptionalDouble.of(it.score());
            case Condition.Absence it -> OptionalDouble.empty();
            case Condition.Sequence it -> OptionalDouble.empty();
            case Condition.Composite it -> OptionalDouble.empty();
        };
    }

    private static OptionalDouble reference(Condition condition) {
        return condition instanceof Condition.Change
                ? OptionalDouble.of(100)
                : OptionalDouble.empty();
    }

    private static double beyond(Comparison comparison, double level) {
        double step = Math.max(1, Math.abs(level) / 10);
        return switch (comparison) {
            case GREATER, AT_LEAST, NOT_EQUAL -> level + step;
            case LESS, AT_MOST -> level - step;
            case EQUAL -> level;
        };
    }

    private static Map<String, List<EventRow>> steps(
            Condition condition, Optional<StreamSpec> stream) {
        Map<String, List<EventRow>> steps = new TreeMap<>();
        if (condition instanceof Condition.Sequence sequence && stream.isPresent()) {
            addSteps(sequence.steps(), event(stream.get()), steps);
        }
        return steps;
    }

    private static void addSteps(
            List<Condition.Step> steps, EventRow event, Map<String, List<EventRow>> found) {
        for (Condition.Step step : steps) {
            switch (step.body()) {
                case Condition.Step.Single single -> found.put(step.name(), List.of(event));
                case Condition.Step.Group group -> addSteps(group.steps(), event, found);
            }
        }
    }

    private static EventRow event(StreamSpec stream) {
        ObjectNode json = Json.mapper().createObjectNode();
        for (Field field : stream.fields()) {
            switch (field.type()) {
                case NUMBER -> json.put(field.name(), 1);
                case STRING -> json.put(field.name(), field.name() + "-1");
                case BOOLEAN -> json.put(field.name(), true);
                case TIMESTAMP -> json.put(field.name(), "2026-01-01T00:00:00Z");
            }
        }
        try {
            return new EventDecoder(stream).decodeRow(Json.mapper().writeValueAsBytes(json));
        } catch (InvalidInputException | JsonProcessingException e) {
            throw new IllegalStateException("an event made up for a stream does not fit it", e);
        }
    }

    private static String sample(StreamSpec stream, String dimension) {
        FieldType type =
                stream.fields().stream()
                        .filter(it -> it.name().equals(dimension))
                        .findFirst()
                        .map(Field::type)
                        .orElse(FieldType.STRING);
        return switch (type) {
            case NUMBER -> "1";
            case BOOLEAN -> "true";
            case STRING, TIMESTAMP -> dimension + "-1";
        };
    }
}
