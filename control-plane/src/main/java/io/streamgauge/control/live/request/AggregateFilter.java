package io.streamgauge.control.live.request;

import io.streamgauge.control.live.result.LiveAggregate;
import java.util.Map;
import java.util.Set;

/**
 * Which of a stream's aggregates a subscription is for.
 *
 * @param where values that dimensions must have
 * @param windows sizes, as text; empty stands for all
 * @param timings empty stands for all
 */
public record AggregateFilter(Map<String, String> where, Set<String> windows, Set<String> timings) {

    public AggregateFilter {
        where = Map.copyOf(where);
        windows = Set.copyOf(windows);
        timings = Set.copyOf(timings);
    }

    boolean matches(LiveAggregate result) {
        return (timings.isEmpty() || timings.contains(result.timing()))
                && (windows.isEmpty() || windows.contains(result.window()))
                && ResultFilter.hasAll(where, result.dimensions());
    }
}
