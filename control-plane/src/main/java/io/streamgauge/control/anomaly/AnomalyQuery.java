package io.streamgauge.control.anomaly;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.rest.TimeRange;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Which of a stream's anomalies are asked for.
 *
 * @param range of the windows' ends
 * @param where dimension values that the series must have
 * @param measures of which one it must be; any where empty
 * @param kinds of which one it must be; any where empty
 * @param minScore the least
 * @param beginnings whether only those are wanted that begin, and none that go on
 * @param after the last item of the page before
 * @param limit items at most
 */
record AnomalyQuery(
        TenantId tenant,
        StreamId stream,
        TimeRange range,
        Map<String, String> where,
        List<String> measures,
        List<String> kinds,
        double minScore,
        boolean beginnings,
        Optional<Position> after,
        int limit) {

    /** The place of an anomaly in the order: newest first. */
    record Position(Instant end, UUID id) {}

    AnomalyQuery {
        where = Map.copyOf(where);
        measures = List.copyOf(measures);
        kinds = List.copyOf(kinds);
    }
}
