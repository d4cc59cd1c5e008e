package io.streamgauge.contracts.alert;

import io.streamgauge.contracts.alert.Condition.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which steps of a sequence have events: those that are no groups and say what comes, in their
 * order. The condition of a step sees the ones before it, and where it repeats its own earlier
 * events.
 *
 * @param step the step itself
 * @param pointer where it stands
 * @param earlier names of the steps whose events its conditions see
 */
public record StepScope(Step step, String pointer, List<String> earlier) {

    /** All steps, groups after what is in them. */
    public static List<StepScope> of(Condition.Sequence sequence) {
        List<StepScope> scopes = new ArrayList<>();
        collect(sequence.steps(), "#/condition/steps", new ArrayList<>(), false, scopes);
        return scopes;
    }

    /** The steps that events belong to, by name. */
    static Map<String, Step> withEvents(Condition.Sequence sequence) {
        Map<String, Step> steps = new LinkedHashMap<>();
        for (StepScope scope : of(sequence)) {
            if (hasEvents(scope.step())) {
                steps.put(scope.step().name(), scope.step());
            }
        }
        return steps;
    }

    private static boolean hasEvents(Step step) {
        return step.body() instanceof Step.Single && !step.contiguity().isNegative();
    }

    private static void collect(
            List<Step> steps,
            String pointer,
            List<String> earlier,
            boolean isRepeated,
            List<StepScope> scopes) {
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            String place = pointer + "/" + i;
            boolean repeats =
                    isRepeated || step.quantifier().most().filter(it -> it == 1).isEmpty();
            List<String> seen = new ArrayList<>(earlier);
            if (hasEvents(step)) {
                if (repeats) {
                    seen.add(step.name());
                }
                earlier.add(step.name());
            }
            if (step.body() instanceof Step.Group group) {
                collect(group.steps(), place + "/steps", earlier, repeats, scopes);
                seen = earlier; // what ends a group may look at what is in it
            }
            scopes.add(new StepScope(step, place, List.copyOf(seen)));
        }
    }
}
