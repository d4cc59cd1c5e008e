package io.streamgauge.alerting;

import io.streamgauge.alerting.sequence.SequenceWorkspace;
import io.streamgauge.alerting.sequence.UnsupportedSequenceException;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.StepScope;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.expression.Expression;
import io.streamgauge.contracts.expression.ExpressionCompiler;
import io.streamgauge.contracts.expression.InvalidExpressionException;
import io.streamgauge.contracts.stream.FieldType;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * Makes the parts of a {@link CompiledRule}. The control plane has checked the specification; what
 * is checked here once more is what would otherwise fail at the first event.
 */
final class RuleCompiler {

    private final AlertDefinition definition;
    private final AlertSpec spec;
    private final Optional<StreamDefinition> stream;
    private final Function<StreamDefinition, StreamTools> tools;

    RuleCompiler(
            AlertDefinition definition,
            AlertSpec spec,
            Optional<StreamDefinition> stream,
            Function<StreamDefinition, StreamTools> tools) {
        this.definition = definition;
        this.spec = spec;
        this.stream = stream;
        this.tools = tools;
    }

    CompiledRule.Parts compile() throws InvalidRuleException {
        if (spec.condition() instanceof Condition.Composite composite) {
            return composite(composite);
        }
        StreamTools shared =
                tools.apply(
                        stream.orElseThrow(
                                () ->
                                        new InvalidRuleException(
                                                "stream: unknown (expected: its definition)")));
        checkFields(shared.stream());
        Optional<Expression> where = Optional.empty();
        if (spec.where().isPresent()) {
            where = Optional.of(compile(shared.compiler(), "where", spec.where().get(), List.of()));
        }
        Optional<SequenceConditions> sequence = Optional.empty();
        if (spec.condition() instanceof Condition.Sequence pattern) {
            sequence = Optional.of(conditions(shared.compiler(), pattern));
            checkAutomaton(pattern, sequence.get(), shared.decoder());
        }
        return new CompiledRule.Parts(
                stream,
                Optional.of(shared.decoder()),
                where,
                sequence,
                interest(where, sequence),
                CompiledRule.templates(spec));
    }

    private CompiledRule.Parts composite(Condition.Composite composite)
            throws InvalidRuleException {
        for (String member : members(composite)) {
            if (!definition.members().containsKey(member)) {
                throw new InvalidRuleException(
                        "member: " + member + " (expected: an alert of the tenant)");
            }
        }
        return new CompiledRule.Parts(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new Interest(List.of()),
                CompiledRule.templates(spec));
    }

    private static List<String> members(Condition.Composite composite) {
        List<String> members = new ArrayList<>(composite.all());
        members.addAll(composite.any());
        members.addAll(composite.none());
        return members;
    }

    private void checkFields(StreamSpec of) throws InvalidRuleException {
        for (String dimension : spec.groupBy()) {
            if (of.fields().stream().noneMatch(field -> field.name().equals(dimension))) {
                throw new InvalidRuleException(
                        "groupBy: " + dimension + " (expected: a dimension of " + of.name() + ")");
            }
        }
        Optional<String> measure =
                switch (spec.condition()) {
                    case Condition.Threshold threshold ->
                            switch (threshold.subject()) {
                                case Condition.Subject.Raw raw -> Optional.of(raw.measure());
                                case Condition.Subject.Windowed windowed ->
                                        windowed.window().measure();
                            };
                    case Condition.Change change -> change.window().measure();
                    case Condition.Absence absence -> Optional.empty();
                    case Condition.Sequence sequence -> Optional.empty();
                    case Condition.Anomaly anomaly -> Optional.empty();
                    case Condition.Composite composite -> Optional.empty();
                };
        if (measure.isPresent()
                && of.fields().stream()
                        .noneMatch(
                                field ->
                                        field.name().equals(measure.get())
                                                && field.type() == FieldType.NUMBER)) {
            throw new InvalidRuleException(
                    "measure: " + measure.get() + " (expected: a number of " + of.name() + ")");
        }
    }

    private static SequenceConditions conditions(
            ExpressionCompiler compiler, Condition.Sequence sequence) throws InvalidRuleException {
        Map<String, Expression> where = new HashMap<>();
        Map<String, Expression> until = new HashMap<>();
        for (StepScope scope : StepScope.of(sequence)) {
            Condition.Step step = scope.step();
            if (step.body() instanceof Condition.Step.Single single && single.where().isPresent()) {
                String what = step.name() + ".where";
                where.put(
                        step.name(),
                        compile(compiler, what, single.where().get(), scope.earlier()));
            }
            if (step.quantifier().until().isPresent()) {
                String what = step.name() + ".until";
                until.put(
                        step.name(),
                        compile(compiler, what, step.quantifier().until().get(), scope.earlier()));
            }
        }
        List<String> steps =
                StepScope.of(sequence).stream().map(scope -> scope.step().name()).toList();
        return new SequenceConditions(where, until, steps);
    }

    /** Compiles the automaton for nothing, so that one that cannot be run is told of here. */
    private static void checkAutomaton(
            Condition.Sequence sequence, SequenceConditions conditions, EventDecoder decoder)
            throws InvalidRuleException {
        try {
            SequenceMatchers.compile(
                    sequence,
                    conditions,
                    decoder,
                    new SequenceMatchers.Relay(),
                    new SharedAnswers(),
                    new SequenceWorkspace<>());
        } catch (UnsupportedSequenceException e) {
            throw new InvalidRuleException("sequence: " + e.getMessage(), e);
        }
    }

    private static Expression compile(
            ExpressionCompiler compiler, String what, String source, List<String> earlier)
            throws InvalidRuleException {
        try {
            return compiler.compile(source, List.copyOf(earlier));
        } catch (InvalidExpressionException e) {
            throw new InvalidRuleException(what + ": " + e.getMessage(), e);
        }
    }

    private Interest interest(Optional<Expression> where, Optional<SequenceConditions> sequence) {
        if (spec.condition() instanceof Condition.Anomaly) {
            return new Interest(List.of());
        }
        List<Expression> always = where.map(List::of).orElse(List.of());
        if (spec.condition() instanceof Condition.Sequence of
                && sequence.isPresent()
                && !takesEveryEvent(of.steps())) {
            return alternatives(always, sequence.get());
        }
        return new Interest(List.of(always));
    }

    /**
     * Where the next event decides, whatever it is, events that fulfil no step's condition matter
     * as well; and so they do where a condition cannot be told without the earlier events.
     */
    private static boolean takesEveryEvent(List<Condition.Step> steps) {
        for (Condition.Step step : steps) {
            boolean strict =
                    step.contiguity() == Condition.Contiguity.NEXT
                            || step.contiguity() == Condition.Contiguity.NOT_NEXT
                            || step.quantifier().inner() == Condition.InnerContiguity.CONSECUTIVE;
            boolean inside =
                    switch (step.body()) {
                        case Condition.Step.Group group -> takesEveryEvent(group.steps());
                        case Condition.Step.Single single -> single.where().isEmpty();
                    };
            if (strict || inside) {
                return true;
            }
        }
        return false;
    }

    /** For each step, what of its condition can be told of an event alone. */
    private static Interest alternatives(List<Expression> always, SequenceConditions sequence) {
        List<Expression> conditions = new ArrayList<>();
        sequence.where().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> conditions.add(entry.getValue()));
        sequence.until().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> conditions.add(entry.getValue()));
        List<List<Expression>> alternatives = new ArrayList<>();
        for (Expression condition : conditions) {
            List<Expression> conjunction = new ArrayList<>(always);
            for (Expression part : condition.conjuncts()) {
                if (!part.usesSteps()) {
                    conjunction.add(part);
                }
            }
            alternatives.add(conjunction);
        }
        return new Interest(alternatives);
    }
}
