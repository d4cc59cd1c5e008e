package io.streamgauge.control.detection;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.detection.SeriesScope;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/**
 * What somebody says of an anomaly, with what of it training needs.
 *
 * @param anomaly its id
 * @param end of its window, exclusive
 * @param series id of its series
 * @param dimensions of its series
 * @param verdict whether it was one
 * @param note for people; may be empty
 */
record Feedback(
        UUID anomaly,
        Instant end,
        Duration window,
        UUID series,
        SeriesScope dimensions,
        String measure,
        boolean verdict,
        String note,
        Instant saidAt,
        String saidBy) {

    Feedback saying(boolean nextVerdict, String nextNote, Instant at, String by) {
        return new Feedback(
                anomaly, end, window, series, dimensions, measure, nextVerdict, nextNote, at, by);
    }

    /** As the API shows it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("anomaly", anomaly.toString());
        json.set("dimensions", Scopes.toJson(dimensions.where()));
        json.put("measure", measure);
        json.put("start", end.minus(window).toString());
        json.put("end", end.toString());
        json.put("verdict", verdict);
        json.put("note", note);
        json.put("saidAt", saidAt.toString());
        json.put("saidBy", saidBy);
        return json;
    }
}
