package io.streamgauge.control.live.request;

import io.streamgauge.control.live.result.LiveScore;
import java.util.Map;

/**
 * Which of what the anomaly job says of a stream a subscription is for.
 *
 * @param where values that dimensions must have
 * @param anomalies whether anomalies are wanted
 * @param minScore the least score of an anomaly
 * @param bands whether bands are wanted
 */
public record ScoreFilter(
        Map<String, String> where, boolean anomalies, double minScore, boolean bands) {

    public ScoreFilter {
        where = Map.copyOf(where);
    }

    boolean matches(LiveScore score) {
        boolean wanted = score.band() ? bands : anomalies && score.score() >= minScore;
        return wanted && ResultFilter.hasAll(where, score.dimensions());
    }
}
