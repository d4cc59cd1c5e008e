package io.streamgauge.control.aggregate;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.rest.TimeRange;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What aggregates are asked for.
 *
 * @param range of the windows' starts
 * @param where dimension values that the series must have
 * @param after the last item of the page before
 * @param limit items at most
 */
record AggregateQuery(
        TenantId tenant,
        StreamId stream,
        Duration window,
        TimeRange range,
        SortedMap<String, String> where,
        Order order,
        Optional<Position> after,
        int limit) {

    /** By start of the window, then by series. */
    enum Order {
        ASC,
        DESC
    }

    /** The place of an aggregate in the order. */
    record Position(Instant start, UUID series) {}

    AggregateQuery {
        where = Collections.unmodifiableSortedMap(new TreeMap<>(where));
    }
}
