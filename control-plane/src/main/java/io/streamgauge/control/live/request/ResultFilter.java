package io.streamgauge.control.live.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.control.live.result.LiveAggregate;
import io.streamgauge.control.live.result.LiveAlert;
import io.streamgauge.control.live.result.LiveDefinition;
import io.streamgauge.control.live.result.LiveEvent;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.LiveResult;
import io.streamgauge.control.live.result.LiveScore;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which results a subscription is for, by kind; nothing of a kind that is absent.
 *
 * @param alerts which transitions of alerts
 * @param scores which anomalies and bands
 * @param definitions whether changes of definitions
 */
public record ResultFilter(
        Optional<AggregateFilter> aggregates,
        Optional<AlertFilter> alerts,
        Optional<ScoreFilter> scores,
        boolean definitions,
        Optional<EventFilter> events) {

    /**
     * Which events.
     *
     * @param where values that dimensions must have
     */
    public record EventFilter(Map<String, String> where) {

        public EventFilter {
            where = Map.copyOf(where);
        }

        public boolean matches(JsonNode event) {
            return where.entrySet().stream()
                    .allMatch(it -> it.getValue().equals(event.path(it.getKey()).asText()));
        }
    }

    /** Which kinds it is for. */
    public Set<LiveKind> kinds() {
        Set<LiveKind> kinds = EnumSet.noneOf(LiveKind.class);
        aggregates.ifPresent(it -> kinds.add(LiveKind.AGGREGATES));
        alerts.ifPresent(it -> kinds.add(LiveKind.ALERTS));
        if (scores.filter(ScoreFilter::anomalies).isPresent()) {
            kinds.add(LiveKind.ANOMALIES);
        }
        if (scores.filter(ScoreFilter::bands).isPresent()) {
            kinds.add(LiveKind.BANDS);
        }
        if (definitions) {
            kinds.add(LiveKind.DEFINITIONS);
        }
        events.ifPresent(it -> kinds.add(LiveKind.EVENTS));
        return kinds;
    }

    /**
     * Values that dimensions of a kind's results must have; those who want it are found by them.
     */
    public Map<String, String> where(LiveKind kind) {
        return switch (kind) {
            case AGGREGATES -> aggregates.map(AggregateFilter::where).orElse(Map.of());
            case ALERTS -> alerts.map(AlertFilter::where).orElse(Map.of());
            case ANOMALIES, BANDS -> scores.map(ScoreFilter::where).orElse(Map.of());
            case EVENTS -> events.map(EventFilter::where).orElse(Map.of());
            case DEFINITIONS -> Map.of();
        };
    }

    public boolean matches(LiveResult result) {
        return switch (result) {
            case LiveAggregate aggregate ->
                    aggregates.filter(it -> it.matches(aggregate)).isPresent();
            case LiveAlert alert -> alerts.filter(it -> it.matches(alert)).isPresent();
            case LiveScore score -> scores.filter(it -> it.matches(score)).isPresent();
            case LiveDefinition definition -> definitions;
            case LiveEvent event -> events.isPresent(); // was matched before it was made
        };
    }

    /** Whether dimensions have all the values that are asked for. */
    static boolean hasAll(Map<String, String> where, Map<String, String> dimensions) {
        return where.entrySet().stream()
                .allMatch(it -> it.getValue().equals(dimensions.get(it.getKey())));
    }
}
