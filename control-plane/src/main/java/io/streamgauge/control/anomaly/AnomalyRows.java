package io.streamgauge.control.anomaly;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.event.SeriesKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Makes anomalies of the rows that hold them. */
final class AnomalyRows {

    /** What {@link #anomaly} reads. */
    static final String COLUMNS =
            "window_end, window_seconds, dimensions, measure, score, kind, begins, value, expected,"
                    + " lower_bound, upper_bound, contributions, model";

    private AnomalyRows() {}

    /** An anomaly of the stream whose rows are read. */
    static Anomaly anomaly(ResultSet row, TenantId tenant, StreamId stream) throws SQLException {
        Duration window = Duration.ofSeconds(row.getInt("window_seconds"));
        double value = row.getDouble("value");
        OptionalDouble present = row.wasNull() ? OptionalDouble.empty() : OptionalDouble.of(value);
        long model = row.getLong("model");
        OptionalLong version = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(model);
        TreeMap<String, String> dimensions = new TreeMap<>(); // jsonb has an order of its own
        tree(row.getString("dimensions"))
                .properties()
                .forEach(it -> dimensions.put(it.getKey(), it.getValue().asText()));
        return new Anomaly(
                new SeriesKey(tenant, stream, Json.mapper().valueToTree(dimensions).toString()),
                row.getString("measure"),
                row.getObject("window_end", OffsetDateTime.class).toInstant().minus(window),
                window,
                row.getDouble("score"),
                row.getString("kind"),
                row.getBoolean("begins"),
                present,
                row.getDouble("expected"),
                row.getDouble("lower_bound"),
                row.getDouble("upper_bound"),
                AnomalyCodec.contributions(tree(row.getString("contributions"))),
                version);
    }

    private static JsonNode tree(String json) throws SQLException {
        try {
            return Json.mapper().readTree(json);
        } catch (JsonProcessingException e) {
            throw new SQLException("anomalies: a column is not JSON", e);
        }
    }
}
