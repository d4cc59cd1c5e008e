package io.streamgauge.control.anomaly;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.control.database.Database;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
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
                SELECT %s FROM anomalies
                WHERE tenant_id = :tenant AND stream_id = :stream
                    AND window_end >= :from AND window_end < :to AND score >= :minScore %s
                ORDER BY window_end DESC, anomaly_id DESC LIMIT :limit\
                """
                        .formatted(AnomalyRows.COLUMNS, conditions(query));
        return database.inTenant(
                query.tenant(),
                handle ->
                        bound(handle.createQuery(sql), query)
                                .map(
                                        (row, context) ->
                                                AnomalyRows.anomaly(
                                                        row, query.tenant(), query.stream()))
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

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
