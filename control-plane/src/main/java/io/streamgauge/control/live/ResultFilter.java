package io.streamgauge.control.live;

import java.util.Map;
import java.util.Set;

/**
 * Which of a stream's results a subscription is for.
 *
 * @param where values that dimensions must have
 * @param windows sizes, as text; empty stands for all
 * @param timings empty stands for all
 */
record ResultFilter(Map<String, String> where, Set<String> windows, Set<String> timings) {

    ResultFilter {
        where = Map.copyOf(where);
        windows = Set.copyOf(windows);
        timings = Set.copyOf(timings);
    }

    boolean matches(LiveResult result) {
        return (timings.isEmpty() || timings.contains(result.timing()))
                && (windows.isEmpty() || windows.contains(result.window()))
                && where.entrySet().stream()
                        .allMatch(it -> it.getValue().equals(result.dimensions().get(it.getKey())));
    }
}
