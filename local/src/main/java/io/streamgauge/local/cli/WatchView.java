package io.streamgauge.local.cli;

import io.streamgauge.contracts.aggregate.Aggregate;

/** Where watch shows things. Safe for several threads. */
interface WatchView extends AutoCloseable {

    /** Shows an aggregate. */
    void aggregate(Aggregate aggregate);

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
