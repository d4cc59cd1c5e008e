package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.NearMisses;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Outcome;
import io.streamgauge.contracts.alert.Condition.Sequence;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.Condition.Within;
import io.streamgauge.contracts.document.Input;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What steps may be among each other: flink-cep's own rules, which it would tell of only when the
 * pattern is built, one at a time and without a place; and those that keep what a sequence holds
 * finite.
 */
final class SequenceRules {

    private final Input input;
    private final Sequence sequence;
    private final boolean hasWhere;

    /**
     * @param input where the sequence was read
     * @param hasWhere whether the alert has a condition on events of its own
     */
    SequenceRules(Input input, Sequence sequence, boolean hasWhere) {
        this.input = input;
        this.sequence = sequence;
        this.hasWhere = hasWhere;
    }

    void check() {
        checkSteps(sequence.steps(), input.at("steps"), false);
        checkWithin();
        checkSkip();
        checkStart();
        long occurrences = occurrences(sequence.steps());
        if (occurrences > AlertLimits.MAX_OCCURRENCES) {
            input.at("steps")
                    .report(
                            "range",
                            "%d steps, each as many times as it may have to occur (expected: at most %d)"
                                    .formatted(occurrences, AlertLimits.MAX_OCCURRENCES));
        }
    }

    private void checkSteps(List<Step> steps, Input list, boolean isGroup) {
        List<Input> places = list.elements();
        if (steps.getFirst().contiguity().isNegative()) {
            places.getFirst()
                    .at("contiguity")
                    .report("conflict", "the first step is what comes, not what must not");
        }
        for (int i = 0; i < steps.size(); i++) {
            if (i > 0) {
                checkPair(steps.get(i - 1), steps.get(i), places.get(i));
            }
            checkRepetition(steps.get(i), places.get(i));
            checkGreedyUntil(steps, i, places.get(i));
            if (steps.get(i).body() instanceof Step.Group group) {
                checkSteps(group.steps(), places.get(i).at("steps"), true);
            }
        }
        if (steps.getLast().contiguity() == Contiguity.NOT_FOLLOWED_BY) {
            Input contiguity = places.getLast().at("contiguity");
            if (isGroup) {
                contiguity.report("conflict", "notFollowedBy cannot be the last step of a group");
            } else if (sequence.within().isEmpty()) {
                contiguity.report(
                        "conflict",
                        "notFollowedBy as the last step needs an end of the wait (expected:"
                                + " within)");
            }
        }
    }

    private static void checkPair(Step before, Step step, Input place) {
        if (step.contiguity().isNegative() && mayBeEmpty(before)) {
            place.at("contiguity")
                    .report(
                            "conflict",
                            "%s after %s, which is optional (expected: two alerts, with and without it)"
                                    .formatted(step.contiguity().wireName(), before.name()));
        }
        if (step.quantifier().optional() && before.quantifier().greedy()) {
            place.report(
                    "conflict",
                    "optional after %s, which is greedy (expected: one of the two)"
                            .formatted(before.name()));
        }
    }

    /** Whether a match may have no event of a step. */
    private static boolean mayBeEmpty(Step step) {
        return step.quantifier().optional()
                || (step.body() instanceof Step.Group group
                        && group.steps().stream().allMatch(SequenceRules::mayBeEmpty));
    }

    /** flink-cep loses its way where such a step is left out and something must not come before. */
    private static void checkGreedyUntil(List<Step> steps, int at, Input place) {
        Condition.Quantifier quantifier = steps.get(at).quantifier();
        if (!quantifier.greedy() || !quantifier.optional() || quantifier.until().isEmpty()) {
            return;
        }
        int before = at - 1;
        while (before >= 0 && mayBeEmpty(steps.get(before))) {
            before--;
        }
        if (before >= 0 && steps.get(before).contiguity() == Contiguity.NOT_FOLLOWED_BY) {
            place.at("until")
                    .report(
                            "conflict",
                            "greedy, optional and with until after %s, which must not come (expected: at most two of the three)"
                                    .formatted(steps.get(before).name()));
        }
    }

    /** A repetition without an end holds its events for ever. */
    private void checkRepetition(Step step, Input place) {
        Condition.Quantifier quantifier = step.quantifier();
        if (quantifier.most().isEmpty()
                && step.body() instanceof Step.Group group
                && group.steps().stream().allMatch(SequenceRules::mayBeEmpty)) {
            place.at("steps")
                    .report(
                            "conflict",
                            "all optional in a group that repeats without an end (expected: one"
                                    + " that is not)");
        }
        if (quantifier.most().isEmpty()
                && quantifier.until().isEmpty()
                && quantifier.within().isEmpty()
                && sequence.within().isEmpty()) {
            place.report(
                    "unbounded",
                    "repeats without an end (expected: within of the sequence or the step, or"
                            + " until)");
        }
        Optional<Duration> most = sequence.within().flatMap(Within::firstToLast);
        if (most.isPresent()
                && quantifier.within().filter(it -> it.compareTo(most.get()) > 0).isPresent()) {
            place.at("within")
                    .report(
                            "range",
                            "%s (expected: at most within of the sequence, %s)"
                                    .formatted(
                                            place.at("within").node().asText(),
                                            Durations.format(most.get())));
        }
    }

    private void checkWithin() {
        Optional<Within> within = sequence.within();
        if (within.isEmpty() && sequence.outcome() != Outcome.MATCH) {
            input.at("on")
                    .report(
                            "conflict",
                            "%s: nothing times out (expected: within)"
                                    .formatted(sequence.outcome().wireName()));
        }
        Optional<Duration> firstToLast = within.flatMap(Within::firstToLast);
        Optional<Duration> previousToCurrent = within.flatMap(Within::previousToCurrent);
        if (firstToLast.isPresent()
                && previousToCurrent.isPresent()
                && previousToCurrent.get().compareTo(firstToLast.get()) > 0) {
            input.at("within")
                    .at("previousToCurrent")
                    .report(
                            "range",
                            "%s (expected: at most firstToLast, %s)"
                                    .formatted(
                                            Durations.format(previousToCurrent.get()),
                                            Durations.format(firstToLast.get())));
        }
    }

    private void checkSkip() {
        Optional<String> name = sequence.skip().step();
        if (name.isEmpty()) {
            return;
        }
        List<String> known =
                sequence.steps().stream()
                        .filter(it -> it.body() instanceof Step.Single)
                        .filter(it -> !it.contiguity().isNegative())
                        .map(Step::name)
                        .toList();
        if (!known.contains(name.get())) {
            input.at("skip")
                    .at(sequence.skip().strategy().wireName())
                    .report(
                            "unknown",
                            "%s: no such step that occurs, outside groups (expected: one of %s)%s"
                                    .formatted(
                                            name.get(),
                                            String.join(", ", known),
                                            NearMisses.hint(name.get(), known)));
        }
    }

    /** Where each event starts a match that nothing ends, there is no end to what is kept. */
    private void checkStart() {
        Step first = sequence.steps().getFirst();
        Input place = input.at("steps").elements().getFirst();
        while (first.body() instanceof Step.Group group) {
            first = group.steps().getFirst();
            place = place.at("steps").elements().getFirst();
        }
        boolean isAnything = first.body() instanceof Step.Single single && single.where().isEmpty();
        if (isAnything && !hasWhere && sequence.within().isEmpty()) {
            place.at("where")
                    .report(
                            "unbounded",
                            "every event starts a match and nothing ends it (expected: where, or"
                                    + " within)");
        }
    }

    private static long occurrences(List<Step> steps) {
        long total = 0;
        for (Step step : steps) {
            long inner = step.body() instanceof Step.Group group ? occurrences(group.steps()) : 1;
            int times = step.quantifier().most().orElse(step.quantifier().least());
            total += inner * times;
        }
        return total;
    }
}
