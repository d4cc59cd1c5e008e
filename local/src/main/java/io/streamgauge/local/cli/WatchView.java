package io.streamgauge.local.cli;

import io.streamgauge.contracts.aggregate.Aggregate;
import io.streamgauge.contracts.anomaly.Anomaly;

/** Where watch shows things. Safe for several threads. */
interface WatchView extends AutoCloseable {

    /** Shows an aggregate. */
    void aggregate(Aggregate aggregate);

    /** Shows what was unusual; a view of aggregates is not told of any. */
    default void anomaly(Anomaly anomaly) {}

    /**
     * Shows how the connection is, in a few words.
     *
     * @param troubled whether nothing new can come
     */
    void status(String status, boolean troubled);

    /** Leaves what it shows on in good order; may be called twice. */
    @Override
    void close();
}
