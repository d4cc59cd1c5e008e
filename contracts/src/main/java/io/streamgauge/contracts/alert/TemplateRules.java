package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.NearMisses;
import io.streamgauge.contracts.Violation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Checks that what the annotations' placeholders stand for exists in their specification. */
final class TemplateRules {

    private final AlertSpec spec;

    /** Names of the stream's fields; empty where the stream is not known. */
    private final Optional<Collection<String>> fields;

    TemplateRules(AlertSpec spec, Optional<Collection<String>> fields) {
        this.spec = spec;
        this.fields = fields;
    }

    List<Violation> violations() {
        List<Violation> violations = new ArrayList<>();
        spec.annotations()
                .forEach(
                        (name, text) -> {
                            for (Placeholder placeholder : placeholders(text)) {
                                problem(placeholder)
                                        .ifPresent(
                                                it ->
                                                        violations.add(
                                                                new Violation(
                                                                        "#/annotations/" + name,
                                                                        "placeholder",
                                                                        placeholder.shown()
                                                                                + ": "
                                                                                + it)));
                            }
                        });
        return violations;
    }

    private static List<Placeholder> placeholders(String text) {
        try {
            return AnnotationTemplate.parse(text).placeholders();
        } catch (InvalidInputException e) {
            return List.of(); // the reader tells of it
        }
    }

    private Optional<String> problem(Placeholder placeholder) {
        return switch (placeholder.source()) {
            case "value" -> unless(hasValue(), "the condition has no value");
            case "reference" ->
                    unless(
                            spec.condition() instanceof Condition.Change,
                            "only a change has a reference");
            case Placeholder.KEY ->
                    unknown("groupBy has no", placeholder.path().getFirst(), spec.groupBy());
            case Placeholder.LABELS ->
                    unknown("no label", placeholder.path().getFirst(), spec.labels().keySet());
            case Placeholder.STEPS -> step(placeholder);
            default -> Optional.empty();
        };
    }

    private boolean hasValue() {
        return switch (spec.condition()) {
            case Condition.Threshold it -> true;
            case Condition.Change it -> true;
            case Condition.Anomaly it -> true;
            case Condition.Absence it -> false;
            case Condition.Sequence it -> false;
            case Condition.Composite it -> false;
        };
    }

    private Optional<String> step(Placeholder placeholder) {
        if (!(spec.condition() instanceof Condition.Sequence sequence)) {
            return Optional.of("only a sequence has steps");
        }
        Optional<String> noStep =
                unknown(
                        "no step with events",
                        placeholder.path().getFirst(),
                        StepScope.withEvents(sequence).keySet());
        if (noStep.isPresent() || fields.isEmpty()) {
            return noStep;
        }
        return unknown("no field", placeholder.path().getLast(), fields.get());
    }

    private static Optional<String> unknown(String what, String name, Collection<String> known) {
        return unless(known.contains(name), what + " " + name + NearMisses.hint(name, known));
    }

    private static Optional<String> unless(boolean isFine, String problem) {
        return isFine ? Optional.empty() : Optional.of(problem);
    }
}
