package io.streamgauge.control.live.request;

import io.streamgauge.control.live.result.LiveAlert;
import java.util.Map;
import java.util.Set;

/**
 * Which transitions of alerts a subscription is for.
 *
 * @param where values that dimensions of the key must have
 * @param severities empty stands for all
 * @param states empty stands for all
 */
public record AlertFilter(Map<String, String> where, Set<String> severities, Set<String> states) {

    public AlertFilter {
        where = Map.copyOf(where);
        severities = Set.copyOf(severities);
        states = Set.copyOf(states);
    }

    boolean matches(LiveAlert alert) {
        return (severities.isEmpty() || severities.contains(alert.severity()))
                && (states.isEmpty() || states.contains(alert.state()))
                && ResultFilter.hasAll(where, alert.key());
    }
}
