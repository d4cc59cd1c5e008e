package io.streamgauge.alerting.backtest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import java.util.Comparator;
import java.util.List;

/**
 * What is judged by itself: a combination of dimensions' values in a stream, a stream as the source
 * of such, or a combination that composites are judged for. Composites come last in the order.
 *
 * @param origin the stream; empty for composites
 * @param grouping names of the dimensions
 * @param values as in {@code EventRow.key}
 */
record ReplayKey(Kind kind, String origin, String grouping, String values)
        implements Comparable<ReplayKey> {

    /** What is judged; in the order in which that is done. */
    enum Kind {
        SOURCE,
        GROUP,
        COMPOSITE
    }

    static final ReplayKey NONE = new ReplayKey(Kind.SOURCE, "", "", "{}");

    private static final Comparator<ReplayKey> ORDER =
            Comparator.comparing(ReplayKey::kind)
                    .thenComparing(ReplayKey::origin)
                    .thenComparing(ReplayKey::grouping)
                    .thenComparing(ReplayKey::values);

    static ReplayKey of(StreamId stream, List<String> groupBy, String values) {
        return new ReplayKey(Kind.GROUP, stream.toString(), String.join(",", groupBy), values);
    }

    static ReplayKey source(StreamId stream, List<String> groupBy) {
        return new ReplayKey(Kind.SOURCE, stream.toString(), String.join(",", groupBy), "{}");
    }

    /** Of a member's key, what the composite groups by. */
    static ReplayKey composite(List<String> groupBy, String memberKey) {
        return new ReplayKey(
                Kind.COMPOSITE, "", String.join(",", groupBy), project(memberKey, groupBy));
    }

    private static String project(String memberKey, List<String> groupBy) {
        try {
            JsonNode values = Json.mapper().readTree(memberKey);
            ObjectNode projected = Json.mapper().createObjectNode();
            for (String name : groupBy.stream().sorted().toList()) {
                if (values.has(name)) {
                    projected.set(name, values.get(name));
                }
            }
            return projected.toString();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("key: " + memberKey + " (expected: JSON)", e);
        }
    }

    @Override
    public int compareTo(ReplayKey other) {
        return ORDER.compare(this, other);
    }
}
