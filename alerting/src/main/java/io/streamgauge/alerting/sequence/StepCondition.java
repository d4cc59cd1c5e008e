package io.streamgauge.alerting.sequence;

/**
 * Whether an event can be a step of a sequence. Must be a function of its arguments alone: how
 * often it is asked is not defined. One that throws is counted, and taken for false.
 *
 * @param <T> type of the events
 */
@FunctionalInterface
public interface StepCondition<T> {

    /**
     * Tests an event.
     *
     * @param earlier the events of the match so far
     */
    boolean test(T event, EarlierSteps<T> earlier);

    /**
     * Whether the answer may depend on earlier events. Where not, it is asked once for an event,
     * instead of once for each partial match.
     */
    default boolean readsEarlierSteps() {
        return true;
    }
}
