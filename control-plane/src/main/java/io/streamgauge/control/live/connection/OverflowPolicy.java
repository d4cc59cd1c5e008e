package io.streamgauge.control.live.connection;

import io.streamgauge.control.live.feed.Delivery;
import java.util.Collection;
import java.util.List;

/** Decides what a client that reads too slowly does not get. */
@FunctionalInterface
interface OverflowPolicy {

    /**
     * Chooses what is dropped where a queue is full. Asked again where that is not enough.
     *
     * @param queued what waits for one client, oldest first; at least one
     * @return some of them, perhaps all; none closes the connection as too slow
     */
    List<Delivery> choose(Collection<Delivery> queued);
}
