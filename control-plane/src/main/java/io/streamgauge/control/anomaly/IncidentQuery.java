package io.streamgauge.control.anomaly;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.rest.TimeRange;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which of a stream's incidents are asked for.
 *
 * @param range that an incident must have a part of
 * @param anomalies that are grouped; others count as though there were none
 * @param minSeries how many series an incident must be of, at least
 * @param before only those that begin before this one: the last of the page before
 * @param limit incidents at most
 * @param members of each at most
 */
record IncidentQuery(
        TenantId tenant,
        StreamId stream,
        TimeRange range,
        Grouped anomalies,
        int minSeries,
        Optional<Instant> before,
        int limit,
        int members) {

    /**
     * What is grouped.
     *
     * @param minScore the least
     * @param where dimension values that the series must have
     */
    record Grouped(double minScore, Map<String, String> where) {

        Grouped {
            where = Map.copyOf(where);
        }
    }
}
