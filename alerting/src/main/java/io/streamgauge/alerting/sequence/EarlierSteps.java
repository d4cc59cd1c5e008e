package io.streamgauge.alerting.sequence;

import java.util.List;

/**
 * The events of a partial match, as a condition sees them.
 *
 * @param <T> type of the events
 */
@FunctionalInterface
public interface EarlierSteps<T> {

    /**
     * The events that are a step already, in their order; empty where there are none, or no such
     * step. Valid only while the condition is evaluated.
     */
    List<T> of(String step);
}
