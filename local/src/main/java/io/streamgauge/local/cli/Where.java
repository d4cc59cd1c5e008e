package io.streamgauge.local.cli;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads {@code --where name=value}. */
final class Where {

    private Where() {}

    /**
     * Reads conditions; all of them must hold.
     *
     * @throws IllegalArgumentException where one is malformed, or two are about the same dimension
     */
    static SortedMap<String, String> parse(List<String> conditions) {
        SortedMap<String, String> where = new TreeMap<>();
        for (String condition : conditions) {
            int equals = condition.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException(
                        "--where: %s (expected: dimension=value)".formatted(condition));
            }
            String name = condition.substring(0, equals);
            if (where.put(name, condition.substring(equals + 1)) != null) {
                throw new IllegalArgumentException(
                        "--where: %s stands twice (expected: each dimension once)".formatted(name));
            }
        }
        return where;
    }
}
