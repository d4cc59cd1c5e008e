package io.streamgauge.contracts.alert;

import static io.streamgauge.contracts.alert.AlertLimits.MAX_SPAN;

import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.InnerContiguity;
import io.streamgauge.contracts.alert.Condition.Outcome;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.Condition.Within;
import io.streamgauge.contracts.document.Input;
import io.streamgauge.contracts.expression.ExpressionCompiler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the steps of a sequence. What a single step may be is checked here, and what it may be
 * among the others in {@link SequenceRules}.
 */
final class SequenceReader {

    static final Set<String> STEP_PROPERTIES =
            Set.of(
                    "name",
                    "where",
                    "steps",
                    "contiguity",
                    "times",
                    "oneOrMore",
                    "optional",
                    "greedy",
                    "consecutive",
                    "allowCombinations",
                    "until",
                    "within");
    static final Set<String> TIMES_PROPERTIES = Set.of("from", "to");
    static final Set<String> WITHIN_PROPERTIES = Set.of("firstToLast", "previousToCurrent");

    /** What flink-cep calls each group. */
    private static final String RESERVED = "GroupPattern";

    private static final Duration SHORTEST = Duration.ofMillis(1);

    private final Input input;
    private final boolean hasWhere;
    private final Map<String, String> pointersByName = new HashMap<>();
    private int steps;

    SequenceReader(Input input, boolean hasWhere) {
        this.input = input;
        this.hasWhere = hasWhere;
    }

    Optional<Condition> sequence() {
        int before = input.violations().size();
        List<Step> read = steps(input.at("steps"), 1);
        Optional<Within> within = within(input.at("within"));
        Outcome outcome =
                input.at("on").oneOf(Outcome.values(), Outcome::wireName).orElse(Outcome.MATCH);
        Condition.Sequence sequence =
                new Condition.Sequence(read, within, skip(input.at("skip")), outcome);
        if (input.violations().size() > before) {
            return Optional.empty();
        }
        new SequenceRules(input, sequence, hasWhere).check();
        return input.violations().size() > before ? Optional.empty() : Optional.of(sequence);
    }

    private List<Step> steps(Input list, int depth) {
        if (depth > AlertLimits.MAX_STEP_DEPTH) {
            list.report(
                    "range",
                    "groups in groups (expected: at most %d levels)"
                            .formatted(AlertLimits.MAX_STEP_DEPTH));
            return List.of();
        }
        if (!list.isArray(1, AlertLimits.MAX_STEPS, "steps")) {
            return List.of();
        }
        List<Step> read = new ArrayList<>();
        for (Input element : list.elements()) {
            if (++steps > AlertLimits.MAX_STEPS) {
                element.report(
                        "range",
                        "one step more (expected: at most %d in all)"
                                .formatted(AlertLimits.MAX_STEPS));
                return read;
            }
            step(element, depth).ifPresent(read::add);
        }
        return read;
    }

    private Optional<Step> step(Input step, int depth) {
        if (!step.isObject("an object with a name")) {
            return Optional.empty();
        }
        step.refuseUnknown(STEP_PROPERTIES, Set.of());
        Optional<String> name =
                step.at("name")
                        .required(
                                it -> AlertSpecReader.isFieldName(it) && !it.equals(RESERVED),
                                AlertSpecReader.fieldForm() + ", and not " + RESERVED);
        if (name.isPresent()) {
            String earlier = pointersByName.putIfAbsent(name.get(), step.pointer());
            if (earlier != null) {
                step.at("name")
                        .report(
                                "duplicate",
                                "%s is the name of %s already (expected: unique names)"
                                        .formatted(step.at("name").shown(), earlier));
            }
        }
        Contiguity contiguity =
                step.at("contiguity")
                        .oneOf(Contiguity.values(), Contiguity::wireName)
                        .orElse(Contiguity.FOLLOWED_BY);
        Step.Body body = body(step, depth);
        if (contiguity.isNegative()) {
            checkNegative(step);
        }
        Quantifier quantifier = quantifier(step);
        return name.map(it -> new Step(it, contiguity, body, quantifier));
    }

    private Step.Body body(Input step, int depth) {
        if (step.at("steps").isPresent()) {
            step.at("where").refuse("a group of steps has no condition of its own");
            step.at("greedy").refuse("a group of steps cannot be greedy");
            return new Step.Group(steps(step.at("steps"), depth + 1));
        }
        return new Step.Single(step.at("where").filled(ExpressionCompiler.MAX_SOURCE_CHARACTERS));
    }

    private static void checkNegative(Input step) {
        step.at("steps").refuse("what must not come is one event, not a group");
        for (String name :
                List.of(
                        "times",
                        "oneOrMore",
                        "optional",
                        "greedy",
                        "consecutive",
                        "allowCombinations",
                        "until",
                        "within")) {
            step.at(name).refuse("what must not come has no number of times");
        }
    }

    private Quantifier quantifier(Input step) {
        boolean oneOrMore = step.at("oneOrMore").bool(false);
        Times times = oneOrMore ? new Times(1, Optional.empty(), false) : times(step.at("times"));
        if (oneOrMore) {
            step.at("times").refuse("there is oneOrMore (expected: one of the two)");
        }
        boolean isRepeated = times.most().filter(most -> most == 1).isEmpty();
        boolean isGreedy = step.at("greedy").bool(false);
        InnerContiguity inner = inner(step);
        Optional<Duration> within = step.at("within").duration(SHORTEST, MAX_SPAN);
        Optional<String> until = step.at("until").filled(ExpressionCompiler.MAX_SOURCE_CHARACTERS);
        if (!isRepeated) {
            for (String name : List.of("consecutive", "allowCombinations", "greedy")) {
                if (step.at(name).bool(false)) {
                    step.at(name).report("conflict", "the step occurs once (expected: times)");
                }
            }
            step.at("within").refuse("the step occurs once (expected: times)");
        }
        if (isGreedy && inner == InnerContiguity.ALLOW_COMBINATIONS) {
            step.at("greedy").report("conflict", "true (expected: no allowCombinations)");
        }
        if (times.most().isPresent()) {
            step.at("until")
                    .refuse("the step has a last time (expected: oneOrMore, or times without to)");
        }
        return new Quantifier(
                times.least(),
                times.most(),
                step.at("optional").bool(false) || times.isOptional(),
                isGreedy,
                inner,
                within,
                until);
    }

    private static InnerContiguity inner(Input step) {
        boolean isConsecutive = step.at("consecutive").bool(false);
        if (step.at("allowCombinations").bool(false)) {
            if (isConsecutive) {
                step.at("allowCombinations").report("conflict", "true (expected: not both)");
            }
            return InnerContiguity.ALLOW_COMBINATIONS;
        }
        return isConsecutive ? InnerContiguity.CONSECUTIVE : InnerContiguity.RELAXED;
    }

    private record Times(int least, Optional<Integer> most, boolean isOptional) {

        static final Times ONCE = new Times(1, Optional.of(1), false);
    }

    private static Times times(Input times) {
        if (times.isAbsent()) {
            return Times.ONCE;
        }
        int limit = AlertLimits.MAX_TIMES;
        if (!times.node().isObject()) {
            return times.integer(1, limit)
                    .map(it -> new Times(it, Optional.of(it), false))
                    .orElse(Times.ONCE);
        }
        times.refuseUnknown(TIMES_PROPERTIES, Set.of());
        if (times.at("from").isAbsent()) {
            times.at("from").missing("a whole number from 0 to %d".formatted(limit));
        }
        int from = times.at("from").integer(0, limit).orElse(1);
        Optional<Integer> to = times.at("to").integer(1, limit);
        if (to.isPresent() && to.get() < from) {
            times.at("to").report("range", "%d (expected: %d or more)".formatted(to.get(), from));
        }
        return new Times(Math.max(1, from), to, from == 0);
    }

    private static Optional<Within> within(Input within) {
        if (within.isAbsent()) {
            return Optional.empty();
        }
        if (!within.node().isObject()) {
            return within.duration(SHORTEST, MAX_SPAN)
                    .map(it -> new Within(Optional.of(it), Optional.empty()));
        }
        within.refuseUnknown(WITHIN_PROPERTIES, Set.of());
        Optional<Duration> firstToLast = within.at("firstToLast").duration(SHORTEST, MAX_SPAN);
        Optional<Duration> previousToCurrent =
                within.at("previousToCurrent").duration(SHORTEST, MAX_SPAN);
        if (within.at("firstToLast").isAbsent() && within.at("previousToCurrent").isAbsent()) {
            within.report("required", "empty (expected: firstToLast, previousToCurrent or both)");
        }
        return Optional.of(new Within(firstToLast, previousToCurrent));
    }

    private static Skip skip(Input skip) {
        if (skip.isAbsent()) {
            return Skip.PAST_LAST_EVENT;
        }
        if (!skip.node().isObject()) {
            Skip.Strategy[] plain =
                    Arrays.stream(Skip.Strategy.values())
                            .filter(it -> !isOfStep(it))
                            .toArray(Skip.Strategy[]::new);
            return skip.oneOf(plain, Skip.Strategy::wireName)
                    .map(it -> new Skip(it, Optional.empty()))
                    .orElse(Skip.PAST_LAST_EVENT);
        }
        Skip.Strategy[] ofStep =
                Arrays.stream(Skip.Strategy.values())
                        .filter(SequenceReader::isOfStep)
                        .toArray(Skip.Strategy[]::new);
        Set<String> names = Set.of(ofStep[0].wireName(), ofStep[1].wireName());
        skip.refuseUnknown(names, Set.of());
        List<Skip> read = new ArrayList<>();
        for (Skip.Strategy strategy : ofStep) {
            Input step = skip.at(strategy.wireName());
            if (step.isPresent()) {
                step.required(AlertSpecReader::isFieldName, "the name of a step")
                        .ifPresent(it -> read.add(new Skip(strategy, Optional.of(it))));
            }
        }
        if (skip.node().size() != 1) {
            skip.report(
                    "required",
                    "%d members (expected: one of skipToFirst and skipToLast)"
                            .formatted(skip.node().size()));
        }
        return read.isEmpty() ? Skip.PAST_LAST_EVENT : read.getFirst();
    }

    static boolean isOfStep(Skip.Strategy strategy) {
        return strategy == Skip.Strategy.SKIP_TO_FIRST || strategy == Skip.Strategy.SKIP_TO_LAST;
    }
}
