package io.streamgauge.control.rest;

import io.streamgauge.contracts.stream.Field;
import io.streamgauge.contracts.stream.FieldRole;
import io.streamgauge.contracts.stream.StreamDefinition;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads which series of a stream a request is about. */
public final class SeriesFilter {

    private SeriesFilter() {}

    /**
     * The values that dimensions must have, of the parameter {@code where}; notes what is wrong
     * with it.
     *
     * @param stream whose dimensions may be named
     */
    public static SortedMap<String, String> where(
            StreamDefinition stream, QueryParameters parameters) {
        List<String> dimensions =
                stream.spec().fields(FieldRole.DIMENSION).stream().map(Field::name).toList();
        SortedMap<String, String> where = new TreeMap<>();
        for (String condition : parameters.all("where")) {
            int equals = condition.indexOf('=');
            if (equals < 1) {
                parameters.violation(
                        "where",
                        "format",
                        "%s (expected: dimension=value)"
                                .formatted(QueryParameters.quote(condition)));
                continue;
            }
            String name = condition.substring(0, equals);
            if (!dimensions.contains(name)) {
                parameters.violation(
                        "where",
                        "unknown",
                        "%s is no dimension of the stream (expected: one of %s)"
                                .formatted(
                                        QueryParameters.quote(name),
                                        String.join(", ", dimensions)));
            } else if (where.putIfAbsent(name, condition.substring(equals + 1)) != null) {
                parameters.violation(
                        "where", "duplicate", "%s stands twice (expected: once)".formatted(name));
            }
        }
        return where;
    }
}
