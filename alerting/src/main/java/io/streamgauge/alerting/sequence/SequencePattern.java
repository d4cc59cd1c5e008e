package io.streamgauge.alerting.sequence;

import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.pattern.MalformedPatternException;
import org.apache.flink.cep.pattern.Pattern;
import org.apache.flink.cep.pattern.WithinType;
import org.jspecify.annotations.Nullable;

/**
 * Says a sequence in flink-cep's words. Refuses what flink-cep refuses, and what it takes although
 * it then ignores it or fails on an event, each with the step that is the reason.
 *
 * <p>Two limits of time are as flink-cep has them, which is less than one would think. The one of a
 * repeated step, and the one from an event to the next, are not applied between the last two of a
 * repetition with a fixed number, nor between any two of an unlimited one, nor after an event that
 * an optional step passed over. The golden tests show it.
 */
final class SequencePattern<T> {

    /**
     * The automaton has a state or two for each occurrence; far more than anyone writes by hand.
     */
    private static final long MOST_OCCURRENCES = 1_000;

    private static final Set<String> RESERVED = Set.of("$endState$", "GroupPattern");

    private final Condition.Sequence sequence;
    private final StepConditions<T> conditions;
    private final FailureListener failures;
    private final List<NfaCondition<T>> compiled = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    SequencePattern(
            Condition.Sequence sequence, StepConditions<T> conditions, FailureListener failures) {
        this.sequence = sequence;
        this.conditions = conditions;
        this.failures = failures;
    }

    /** The conditions of the pattern, once it is built. */
    List<NfaCondition<T>> conditions() {
        return List.copyOf(compiled);
    }

    Pattern<BufferedEvent<T>, ?> build() {
        List<Step> steps = sequence.steps();
        if (steps.isEmpty()) {
            throw new UnsupportedSequenceException(Optional.empty(), "no steps");
        }
        requireOccurrences(steps, 1);
        requireLimits();
        Pattern<BufferedEvent<T>, BufferedEvent<T>> pattern = chain(steps, skip());
        Step last = steps.getLast();
        if (last.contiguity() == Contiguity.NOT_FOLLOWED_BY && sequence.within().isEmpty()) {
            throw new UnsupportedSequenceException(
                    last.name(), "notFollowedBy as the last step (expected: within is set)");
        }
        firstToLast().ifPresent(limit -> pattern.within(limit, WithinType.FIRST_AND_LAST));
        return pattern;
    }

    private Pattern<BufferedEvent<T>, BufferedEvent<T>> chain(
            List<Step> steps, AfterMatchSkipStrategy skip) {
        Pattern<BufferedEvent<T>, BufferedEvent<T>> pattern = null;
        for (Step step : steps) {
            try {
                pattern = append(pattern, step, skip);
            } catch (MalformedPatternException
                    | UnsupportedOperationException
                    | IllegalArgumentException e) {
                throw new UnsupportedSequenceException(step.name(), String.valueOf(e.getMessage()));
            }
        }
        if (pattern == null) {
            throw new UnsupportedSequenceException(Optional.empty(), "no steps");
        }
        return pattern;
    }

    private Pattern<BufferedEvent<T>, BufferedEvent<T>> append(
            @Nullable Pattern<BufferedEvent<T>, BufferedEvent<T>> previous,
            Step step,
            AfterMatchSkipStrategy skip) {
        requireName(step);
        Pattern<BufferedEvent<T>, BufferedEvent<T>> pattern =
                switch (step.body()) {
                    case Step.Single single -> single(previous, step, single, skip);
                    case Step.Group group -> group(previous, step, group, skip);
                };
        quantify(pattern, step);
        previousToCurrent()
                .ifPresent(limit -> pattern.within(limit, WithinType.PREVIOUS_AND_CURRENT));
        return pattern;
    }

    private Pattern<BufferedEvent<T>, BufferedEvent<T>> single(
            @Nullable Pattern<BufferedEvent<T>, BufferedEvent<T>> previous,
            Step step,
            Step.Single single,
            AfterMatchSkipStrategy skip) {
        String name = step.name();
        Pattern<BufferedEvent<T>, BufferedEvent<T>> pattern;
        if (previous == null) {
            if (step.contiguity().isNegative()) {
                throw new UnsupportedSequenceException(
                        name, "the first step says what must not come");
            }
            pattern = Pattern.begin(name, skip);
        } else {
            pattern =
                    switch (step.contiguity()) {
                        case NEXT -> previous.next(name);
                        case FOLLOWED_BY -> previous.followedBy(name);
                        case FOLLOWED_BY_ANY -> previous.followedByAny(name);
                        case NOT_NEXT -> previous.notNext(name);
                        case NOT_FOLLOWED_BY -> previous.notFollowedBy(name);
                    };
        }
        return single.where().isEmpty()
                ? pattern
                : pattern.where(condition(name, single.where().get()));
    }

    private Pattern<BufferedEvent<T>, BufferedEvent<T>> group(
            @Nullable Pattern<BufferedEvent<T>, BufferedEvent<T>> previous,
            Step step,
            Step.Group group,
            AfterMatchSkipStrategy skip) {
        if (group.steps().isEmpty()) {
            throw new UnsupportedSequenceException(step.name(), "a group without steps");
        }
        Step last = group.steps().getLast();
        if (last.contiguity() == Contiguity.NOT_FOLLOWED_BY) {
            throw new UnsupportedSequenceException(
                    last.name(), "notFollowedBy as the last step of a group, which has no end");
        }
        if (previous == null) {
            return Pattern.begin(chain(group.steps(), skip), skip);
        }
        Pattern<BufferedEvent<T>, BufferedEvent<T>> steps =
                chain(group.steps(), AfterMatchSkipStrategy.noSkip());
        return switch (step.contiguity()) {
            case NEXT -> previous.next(steps);
            case FOLLOWED_BY -> previous.followedBy(steps);
            case FOLLOWED_BY_ANY -> previous.followedByAny(steps);
            case NOT_NEXT, NOT_FOLLOWED_BY ->
                    throw new UnsupportedSequenceException(
                            step.name(), "a group that must not come");
        };
    }

    private void quantify(Pattern<BufferedEvent<T>, BufferedEvent<T>> pattern, Step step) {
        Quantifier quantifier = step.quantifier();
        boolean once = quantifier.most().equals(Optional.of(1)) && quantifier.least() == 1;
        Duration limit = quantifier.within().or(this::previousToCurrent).orElse(null);
        if (quantifier.most().isEmpty()) {
            pattern.timesOrMore(quantifier.least(), limit);
        } else if (!once) {
            pattern.times(quantifier.least(), quantifier.most().get(), limit);
        }
        switch (quantifier.inner()) {
            case RELAXED -> {}
            case CONSECUTIVE -> pattern.consecutive();
            case ALLOW_COMBINATIONS -> pattern.allowCombinations();
        }
        if (quantifier.greedy()) {
            pattern.greedy();
        }
        if (quantifier.optional()) {
            pattern.optional();
        }
        quantifier.until().ifPresent(until -> pattern.until(condition(step.name(), until)));
    }

    private NfaCondition<T> condition(String step, String expression) {
        NfaCondition<T> condition =
                new NfaCondition<>(step, conditions.compile(step, expression), failures);
        compiled.add(condition);
        return condition;
    }

    private void requireName(Step step) {
        String name = step.name();
        // flink-cep numbers the states of a step that has several with a colon
        if (name.isEmpty() || name.contains(":") || RESERVED.contains(name)) {
            throw new UnsupportedSequenceException(name, "not a name for a step");
        }
        if (!names.add(name)) {
            throw new UnsupportedSequenceException(name, "the name of two steps");
        }
    }

    private AfterMatchSkipStrategy skip() {
        Condition.Skip skip = sequence.skip();
        return switch (skip.strategy()) {
            case NO_SKIP -> AfterMatchSkipStrategy.noSkip();
            case SKIP_TO_NEXT -> AfterMatchSkipStrategy.skipToNext();
            case SKIP_PAST_LAST_EVENT -> AfterMatchSkipStrategy.skipPastLastEvent();
            case SKIP_TO_FIRST -> AfterMatchSkipStrategy.skipToFirst(skipTarget());
            case SKIP_TO_LAST -> AfterMatchSkipStrategy.skipToLast(skipTarget());
        };
    }

    /** The step to skip to, which flink-cep only finds outside of groups. */
    private String skipTarget() {
        String target = sequence.skip().step().orElse("");
        for (Step step : sequence.steps()) {
            if (step.name().equals(target)
                    && step.body() instanceof Step.Single
                    && !step.contiguity().isNegative()) {
                return target;
            }
        }
        throw new UnsupportedSequenceException(
                target, "no step to skip to (expected: one that is in no group and is no group)");
    }

    /** Counts how many states there would be, before there are so many. */
    private static long requireOccurrences(List<Step> steps, long times) {
        long occurrences = 0;
        for (Step step : steps) {
            Quantifier quantifier = step.quantifier();
            long each = times * quantifier.most().orElse(quantifier.least());
            occurrences +=
                    step.body() instanceof Step.Group group && each <= MOST_OCCURRENCES
                            ? requireOccurrences(group.steps(), each)
                            : each;
            if (occurrences > MOST_OCCURRENCES) {
                throw new UnsupportedSequenceException(
                        step.name(),
                        "occurrences: " + occurrences + " (expected: <= " + MOST_OCCURRENCES + ")");
            }
        }
        return occurrences;
    }

    private void requireLimits() {
        firstToLast().ifPresent(limit -> requireMillisecond(Optional.empty(), limit));
        previousToCurrent().ifPresent(limit -> requireWithin(Optional.empty(), limit));
        requireLimits(sequence.steps());
    }

    private void requireLimits(List<Step> steps) {
        for (Step step : steps) {
            step.quantifier().within().ifPresent(limit -> requireWithin(step, limit));
            if (step.body() instanceof Step.Group group) {
                requireLimits(group.steps());
            }
        }
    }

    private void requireWithin(Step step, Duration limit) {
        requireWithin(Optional.of(step.name()), limit);
    }

    private void requireWithin(Optional<String> step, Duration limit) {
        requireMillisecond(step, limit);
        if (firstToLast().isPresent() && limit.compareTo(firstToLast().get()) > 0) {
            throw new UnsupportedSequenceException(
                    step, "within: " + limit + " (expected: <= " + firstToLast().get() + ")");
        }
    }

    private static void requireMillisecond(Optional<String> step, Duration limit) {
        if (limit.toMillis() < 1) {
            throw new UnsupportedSequenceException(
                    step, "within: " + limit + " (expected: >= PT0.001S)");
        }
    }

    private Optional<Duration> firstToLast() {
        return sequence.within().flatMap(Condition.Within::firstToLast);
    }

    private Optional<Duration> previousToCurrent() {
        return sequence.within().flatMap(Condition.Within::previousToCurrent);
    }
}
