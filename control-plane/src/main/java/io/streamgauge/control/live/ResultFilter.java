package io.streamgauge.control.live;

import java.util.Map;
import java.util.Optional;

/**
 * Which results a subscription is for, by kind; nothing of a kind that is absent.
 *
 * @param alerts which transitions of alerts
 * @param scores which anomalies and bands
 */
record ResultFilter(
        Optional<AggregateFilter> aggregates,
        Optional<AlertFilter> alerts,
        Optional<ScoreFilter> scores) {

    boolean matches(LiveResult result) {
        return switch (result) {
            case LiveAggregate aggregate ->
                    aggregates.filter(it -> it.matches(aggregate)).isPresent();
            case LiveAlert alert -> alerts.filter(it -> it.matches(alert)).isPresent();
            case LiveScore score -> scores.filter(it -> it.matches(score)).isPresent();
        };
    }

    /** Whether dimensions have all the values that are asked for. */
    static boolean hasAll(Map<String, String> where, Map<String, String> dimensions) {
        return where.entrySet().stream()
                .allMatch(it -> it.getValue().equals(dimensions.get(it.getKey())));
    }
}
