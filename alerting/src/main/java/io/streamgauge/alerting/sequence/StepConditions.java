package io.streamgauge.alerting.sequence;

/**
 * Makes conditions of the expressions in a sequence.
 *
 * @param <T> type of the events
 */
@FunctionalInterface
public interface StepConditions<T> {

    /**
     * Compiles a condition.
     *
     * @param step name of the step whose {@code where} or {@code until} it is
     */
    StepCondition<T> compile(String step, String expression);
}
