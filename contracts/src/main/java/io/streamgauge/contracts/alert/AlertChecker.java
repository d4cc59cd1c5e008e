package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.NearMisses;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.expression.ExpressionCompiler;
import io.streamgauge.contracts.expression.ExpressionProblem;
import io.streamgauge.contracts.expression.InvalidExpressionException;
import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks a specification, which {@link AlertSpecReader} has taken, against the stream whose events
 * it judges: when the alert is made, and again when the stream changes.
 */
public final class AlertChecker {

    private final AlertSpec spec;
    private final StreamSpec stream;
    private final List<Violation> violations = new ArrayList<>();

    private AlertChecker(AlertSpec spec, StreamSpec stream) {
        this.spec = spec;
        this.stream = stream;
    }

    /** What speaks against it; empty where it fits. Pointers are into the specification. */
    public static List<Violation> check(AlertSpec spec, StreamSpec stream) {
        AlertChecker checker = new AlertChecker(spec, stream);
        checker.check();
        return List.copyOf(checker.violations);
    }

    private void check() {
        for (int i = 0; i < spec.groupBy().size(); i++) {
            checkField(spec.groupBy().get(i), FieldRole.DIMENSION, "#/groupBy/" + i);
        }
        measure().ifPresent(it -> checkField(it, FieldRole.MEASURE, "#/condition/measure"));
        checkCells();
        checkExpressions();
        violations.addAll(
                new TemplateRules(
                                spec,
                                Optional.of(stream.fields().stream().map(Field::name).toList()))
                        .violations());
    }

    private Optional<String> measure() {
        return spec.condition() instanceof Condition.Threshold threshold
                        && threshold.subject() instanceof Condition.Subject.Raw raw
                ? Optional.of(raw.measure())
                : window().flatMap(Condition.Window::measure);
    }

    private void checkField(String name, FieldRole role, String pointer) {
        List<String> known = stream.fields(role).stream().map(Field::name).toList();
        if (known.contains(name)) {
            return;
        }
        Optional<Field> other =
                stream.fields().stream().filter(it -> it.name().equals(name)).findFirst();
        String what =
                other.map(it -> "has the role " + it.role().wireName())
                        .orElse("no such field of %s".formatted(stream.name()));
        violations.add(
                new Violation(
                        pointer,
                        "unknown",
                        "%s: %s (expected: a %s%s)%s"
                                .formatted(
                                        name,
                                        what,
                                        role.wireName(),
                                        known.isEmpty() ? "" : " of " + String.join(", ", known),
                                        NearMisses.hint(name, known))));
    }

    /** Cells are kept until the events that may still come for them have come. */
    private void checkCells() {
        Duration wait = stream.outOfOrderness();
        Optional<Condition.Window> window = window();
        Duration offset =
                spec.condition() instanceof Condition.Change change
                        ? change.offset()
                        : Duration.ZERO;
        if (window.isPresent()
                && window.get().size().plus(offset).plus(wait).dividedBy(window.get().every())
                        > AlertLimits.MAX_CELLS_PER_KEY) {
            violations.add(
                    new Violation(
                            "#/condition/every",
                            "range",
                            "%s (expected: window, offset and the stream's outOfOrderness of %s together at most %d times as long)"
                                    .formatted(
                                            Durations.format(window.get().every()),
                                            Durations.format(wait),
                                            AlertLimits.MAX_CELLS_PER_KEY)));
        }
    }

    private Optional<Condition.Window> window() {
        return switch (spec.condition()) {
            case Condition.Threshold threshold ->
                    threshold.subject() instanceof Condition.Subject.Windowed it
                            ? Optional.of(it.window())
                            : Optional.empty();
            case Condition.Change change -> Optional.of(change.window());
            case Condition.Absence it -> Optional.empty();
            case Condition.Sequence it -> Optional.empty();
            case Condition.Anomaly it -> Optional.empty();
            case Condition.Composite it -> Optional.empty();
        };
    }

    private void checkExpressions() {
        ExpressionCompiler compiler = new ExpressionCompiler(stream);
        spec.where().ifPresent(it -> check(compiler, it, List.of(), "#/where"));
        if (!(spec.condition() instanceof Condition.Sequence sequence)) {
            return;
        }
        for (StepScope scope : StepScope.of(sequence)) {
            if (scope.step().body() instanceof Condition.Step.Single single) {
                single.where()
                        .ifPresent(
                                it ->
                                        check(
                                                compiler,
                                                it,
                                                scope.earlier(),
                                                scope.pointer() + "/where"));
            }
            scope.step()
                    .quantifier()
                    .until()
                    .ifPresent(
                            it -> check(compiler, it, scope.earlier(), scope.pointer() + "/until"));
        }
    }

    private void check(
            ExpressionCompiler compiler, String source, List<String> earlier, String pointer) {
        try {
            compiler.compile(source, earlier);
        } catch (InvalidExpressionException e) {
            for (ExpressionProblem problem : e.problems()) {
                violations.add(new Violation(pointer, "expression", problem.toString()));
            }
        }
    }
}
