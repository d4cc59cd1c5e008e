package io.streamgauge.control.anomaly;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.anomaly.Anomaly;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Anomalies of a stream that belong together because of their time.
 *
 * @param id that of its first anomaly
 * @param begin of the first window
 * @param lastBegin of the window that begins last
 * @param end of the window that ends last
 * @param score the greatest of its anomalies
 * @param series how many it is of
 * @param measures of which series, how many
 * @param anomalies how many
 * @param members the measures of series, those with the greatest score first; not all where there
 *     are many
 */
record Incident(
        TenantId tenant,
        StreamId stream,
        UUID id,
        Instant begin,
        Instant lastBegin,
        Instant end,
        double score,
        long series,
        long measures,
        long anomalies,
        List<Member> members) {

    /**
     * A measure of a series.
     *
     * @param worst its anomaly with the greatest score; of equal ones the first
     * @param begin of its first window in the incident
     * @param end of its last one
     * @param anomalies how many it has in the incident
     */
    record Member(Anomaly worst, Instant begin, Instant end, long anomalies) {

        ObjectNode toJson() {
            ObjectNode json = Json.mapper().createObjectNode();
            ObjectNode dimensions = json.putObject("dimensions");
            worst.series().dimensionValues().forEach(dimensions::put);
            json.put("measure", worst.measure());
            json.put("score", worst.score());
            json.put("kind", worst.kind());
            json.put("anomaly", worst.id().toString());
            json.put("begin", begin.toString());
            json.put("end", end.toString());
            json.put("anomalies", anomalies);
            worst.value().ifPresent(it -> json.put("value", it));
            json.put("expected", worst.expected());
            json.put("lower", worst.lower());
            json.put("upper", worst.upper());
            worst.model().ifPresent(it -> json.put("model", it));
            return json;
        }
    }

    Incident {
        members = List.copyOf(members);
    }

    Incident with(List<Member> ranked) {
        return new Incident(
                tenant, stream, id, begin, lastBegin, end, score, series, measures, anomalies,
                ranked);
    }

    /** As the API shows it. */
    ObjectNode toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", id.toString());
        json.put("tenant", tenant.value());
        json.put("stream", stream.toString());
        json.put("begin", begin.toString());
        json.put("end", end.toString());
        json.put("score", score);
        json.putObject("size")
                .put("series", series)
                .put("members", measures)
                .put("anomalies", anomalies);
        ArrayNode ranked = json.putArray("members");
        members.forEach(it -> ranked.add(it.toJson()));
        return json;
    }
}
