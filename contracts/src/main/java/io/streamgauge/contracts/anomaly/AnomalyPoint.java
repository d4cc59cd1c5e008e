package io.streamgauge.contracts.anomaly;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.SortedMap;

/**
 * A point of a series that the anomaly job finds unusual.
 *
 * @param dimensions of the series, by name
 * @param measure that is unusual
 * @param timestamp milliseconds since the epoch
 * @param score from 0 to 1, the more the less usual
 * @param kind of anomaly, such as {@code spike}
 */
public record AnomalyPoint(
        TenantId tenant,
        StreamId stream,
        SortedMap<String, String> dimensions,
        String measure,
        long timestamp,
        double score,
        String kind) {}
