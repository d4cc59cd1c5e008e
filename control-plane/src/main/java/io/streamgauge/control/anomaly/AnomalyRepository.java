package io.streamgauge.control.anomaly;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.control.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jdbi.v3.core.statement.Query;

/** Reads rows of anomalies. */
final class AnomalyRepository {

    private final Database database;

    AnomalyRepository(Database database) {
        this.database = database;
    }

    /** The newest first. */
    List<Anomaly> find(AnomalyQuery query) {
        String sql =
                """
                SELECT window_end, window_seconds, dimensions, measure, score, kind, begins, value,
                    expected, lower_bound, upper_bound, contributions, model
                FROM anomalies
                WHERE tenant_id = :tenant AND stream_id = :stream
                    AND window_end >= :from AND window_end < :to AND score >= :minScore %s
                ORDER BY window_end DESC, anomaly_id DESC LIMIT :limit\
                """
                        .formatted(conditions(query));
        return database.inTenant(
                query.tenant(),
                handle ->
                        bound(handle.createQuery(sql), query)
                                .map((row, context) -> anomaly(row, query))
                                .list());
    }

    private static String conditions(AnomalyQuery query) {
        List<String> conditions = new ArrayList<>();
        if (!query.where().isEmpty()) {
            conditions.add("dimensions @> CAST(:where AS jsonb)");
        }
        if (!query.measures().isEmpty()) {
            conditions.add("measure = ANY (CAST(:measures AS text[]))");
        }
        if (!query.kinds().isEmpty()) {
            conditions.add("kind = ANY (CAST(:kinds AS text[]))");
        }
        if (query.beginnings()) {
            conditions.add("begins");
        }
        if (query.after().isPresent()) {
            conditions.add("(window_end, anomaly_id) < (:afterEnd, :afterId)");
        }
        return conditions.isEmpty() ? "" : "AND " + String.join(" AND ", conditions);
    }

    private static Query bound(Query statement, AnomalyQuery query) {
        statement
                .bind("tenant", query.tenant().value())
                .bind("stream", query.stream().value())
                .bind("from", atUtc(query.range().from()))
                .bind("to", atUtc(query.range().to()))
                .bind("minScore", query.minScore())
                .bind("limit", query.limit());
        if (!query.where().isEmpty()) {
            statement.bind("where", Json.mapper().valueToTree(query.where()).toString());
        }
        if (!query.measures().isEmpty()) {
            statement.bindArray("measures", String.class, query.measures());
        }
        if (!query.kinds().isEmpty()) {
            statement.bindArray("kinds", String.class, query.kinds());
        }
        query.after()
                .ifPresent(
                        it -> statement.bind("afterEnd", atUtc(it.end())).bind("afterId", it.id()));
        return statement;
    }

    private static Anomaly anomaly(ResultSet row, AnomalyQuery query) throws SQLException {
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
                new SeriesKey(
                        query.tenant(),
                        query.stream(),
                        Json.mapper().valueToTree(dimensions).toString()),
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

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
