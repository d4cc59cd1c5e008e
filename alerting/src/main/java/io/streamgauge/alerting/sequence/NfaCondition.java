package io.streamgauge.alerting.sequence;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.cep.pattern.conditions.IterativeCondition;
import org.jspecify.annotations.Nullable;

/**
 * A step's condition as the automaton wants it. The automaton asks several times about the same
 * event: to take it and to pass over it, and again for each partial match. The last answer is kept
 * for as long as it must be the same one.
 */
final class NfaCondition<T> extends IterativeCondition<BufferedEvent<T>> {

    private static final long serialVersionUID = 1L;

    // flink-cep checks that a condition can be serialized, although nobody does it here.
    private final transient StepCondition<T> condition;
    private final transient FailureListener failures;
    private final transient boolean perMatch;
    private final String step;

    private transient @Nullable BufferedEvent<T> lastEvent;
    private transient @Nullable Context<BufferedEvent<T>> lastContext;
    private transient boolean lastAnswer;

    NfaCondition(String step, StepCondition<T> condition, FailureListener failures) {
        this.step = step;
        this.condition = condition;
        this.failures = failures;
        this.perMatch = condition.readsEarlierSteps();
    }

    @Override
    public boolean filter(BufferedEvent<T> event, Context<BufferedEvent<T>> context) {
        if (event == lastEvent && (!perMatch || context == lastContext)) {
            return lastAnswer;
        }
        boolean answer = evaluate(event, context);
        lastEvent = event;
        lastContext = context;
        lastAnswer = answer;
        return answer;
    }

    /** Lets the last event go. */
    void forget() {
        lastEvent = null;
        lastContext = null;
    }

    private boolean evaluate(BufferedEvent<T> event, Context<BufferedEvent<T>> context) {
        try {
            return condition.test(event.event(), name -> eventsOf(name, context));
        } catch (RuntimeException e) {
            failures.conditionFailed(step, e);
            return false;
        }
    }

    private static <T> List<T> eventsOf(String name, Context<BufferedEvent<T>> context) {
        List<T> events = new ArrayList<>();
        try {
            for (BufferedEvent<T> event : context.getEventsForPattern(name)) {
                events.add(event.event());
            }
        } catch (Exception e) {
            throw new IllegalStateException("steps." + name + " cannot be read", e);
        }
        return events;
    }
}
