package io.streamgauge.contracts.alert;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a tenant says of an alert; the part of an {@link AlertDefinition} that a request carries.
 *
 * @param name unique in its tenant
 * @param description for people; may be empty
 * @param stream id or name of the stream whose events are judged; empty only where the condition is
 *     a {@link Condition.Composite}
 * @param where a CEL expression; events for which it is false do not exist for this alert
 * @param groupBy names of dimensions, in the tenant's order; each combination of their values is a
 *     key that is judged by itself. Where empty, the whole stream is one key.
 * @param labels for routing and silences
 * @param annotations for people; templates
 * @param forDuration how long the condition must hold before the alert fires
 * @param keepFiringFor how long the condition must no longer hold before it recovers; of a {@link
 *     Condition.Sequence}, how long a match fires
 */
public record AlertSpec(
        String name,
        String description,
        Optional<String> stream,
        Optional<String> where,
        List<String> groupBy,
        Severity severity,
        SortedMap<String, String> labels,
        SortedMap<String, String> annotations,
        Condition condition,
        Duration forDuration,
        Duration keepFiringFor) {

    public AlertSpec {
        groupBy = List.copyOf(groupBy);
        labels = copy(labels);
        annotations = copy(annotations);
    }

    private static SortedMap<String, String> copy(Map<String, String> map) {
        return Collections.unmodifiableSortedMap(new TreeMap<>(map));
    }
}
