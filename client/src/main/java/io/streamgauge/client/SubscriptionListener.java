package io.streamgauge.client;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a subscriber is told, by one thread at a time, in the order of the server's frames. All of a
 * client's listeners share that thread, and while one is busy nothing is read: a listener that
 * takes long makes its client a slow one, which the server drops aggregates for. What it throws
 * goes to the thread's handler of uncaught exceptions, and the subscription goes on.
 */
@FunctionalInterface
public interface SubscriptionListener {

    /** A result; none with the same identity is told twice, also not after a reconnect. */
    void next(LiveResult result);

    /**
     * What was before has been told, the present state or what was missed; what follows is as it
     * comes about. Told again after each reconnect.
     *
     * @param snapshot whether the state could be read
     */
    default void synced(boolean snapshot) {}

    /** Results are missing before the next one: they are in the REST API. */
    default void gap(Gap gap) {}

    /**
     * The subscription was refused and is over.
     *
     * @param problem as in the REST API
     */
    default void error(JsonNode problem) {}

    /** The stream is gone, and the subscription with it. */
    default void complete() {}
}
