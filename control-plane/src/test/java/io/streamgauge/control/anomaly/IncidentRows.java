package io.streamgauge.control.anomaly;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.anomaly.PlainIncidents.Row;
import io.streamgauge.control.testing.Backends;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.statement.PreparedBatch;

/** Writes anomalies to the table, as though the projection had. */
final class IncidentRows {

    private final Backends backends;
    private final StreamDefinition stream;

    IncidentRows(Backends backends, StreamDefinition stream) {
        this.backends = backends;
        this.stream = stream;
    }

    void insert(List<Row> rows) {
        Set<LocalDate> days =
                rows.stream()
                        .map(row -> row.end().atOffset(ZoneOffset.UTC).toLocalDate())
                        .collect(Collectors.toSet());
        backends.owner()
                .useTransaction(
                        handle -> {
                            days.forEach(
                                    day ->
                                            handle.execute(
                                                    "SELECT ensure_day_partition('anomalies', ?)",
                                                    day));
                            PreparedBatch batch =
                                    handle.prepareBatch(
                                            """
                                            INSERT INTO anomalies VALUES (:tenant, :stream, :end,
                                                :id, :window, :series, CAST(:dimensions AS jsonb),
                                                :measure, :score, 'spike', true, 9, 1, 0, 2, '[]')\
                                            """);
                            rows.forEach(row -> add(batch, row));
                            batch.execute();
                        });
    }

    private void add(PreparedBatch batch, Row row) {
        String dimensions = Json.mapper().valueToTree(Map.of("host", row.host())).toString();
        batch.bind("tenant", stream.tenant().value())
                .bind("stream", stream.id().value())
                .bind("end", row.end().atOffset(ZoneOffset.UTC))
                .bind("id", row.id())
                .bind("window", row.window().toSeconds())
                .bind("series", new SeriesKey(stream.tenant(), stream.id(), dimensions).id())
                .bind("dimensions", dimensions)
                .bind("measure", row.measure())
                .bind("score", row.score())
                .add();
    }
}
