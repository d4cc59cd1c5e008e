package io.streamgauge.control.projection;

import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.anomaly.Anomaly;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The SQL of anomalies. One that comes again replaces itself: the latest that was said counts. */
final class AnomalyTable {

    private static final String UPSERT =
            """
            INSERT INTO anomalies (
                tenant_id, stream_id, window_end, anomaly_id, window_seconds, series_id, dimensions,
                measure, score, kind, begins, value, expected, lower_bound, upper_bound,
                contributions, model)
            SELECT :tenant, * FROM unnest(
                CAST(:streams AS uuid[]), CAST(:ends AS timestamptz[]), CAST(:ids AS uuid[]),
                CAST(:windows AS int[]), CAST(:series AS uuid[]), CAST(:dimensions AS jsonb[]),
                CAST(:measures AS text[]), CAST(:scores AS float8[]), CAST(:kinds AS text[]),
                CAST(:begins AS boolean[]), CAST(:values AS float8[]),
                CAST(:expected AS float8[]), CAST(:lower AS float8[]), CAST(:upper AS float8[]),
                CAST(:contributions AS jsonb[]), CAST(:models AS bigint[]))
            ON CONFLICT (tenant_id, stream_id, window_end, anomaly_id) DO UPDATE SET
                score = excluded.score, kind = excluded.kind, begins = excluded.begins,
                value = excluded.value, expected = excluded.expected,
                lower_bound = excluded.lower_bound, upper_bound = excluded.upper_bound,
                contributions = excluded.contributions, model = excluded.model\
            """;

    private AnomalyTable() {}

    static void upsert(Handle handle, TenantId tenant, List<ResultRow.Unusual> unusual) {
        List<Anomaly> rows = unusual.stream().map(ResultRow.Unusual::anomaly).toList();
        List<@Nullable Double> values = new ArrayList<>();
        rows.forEach(it -> values.add(it.value().isPresent() ? it.value().getAsDouble() : null));
        List<@Nullable Long> models = new ArrayList<>();
        rows.forEach(it -> models.add(it.model().isPresent() ? it.model().getAsLong() : null));
        handle.createUpdate(UPSERT)
                .bind("tenant", tenant.value())
                .bindArray("streams", UUID.class, column(rows, it -> it.series().stream().value()))
                .bindArray("ends", String.class, column(rows, it -> it.end().toString()))
                .bindArray("ids", UUID.class, column(rows, Anomaly::id))
                .bindArray(
                        "windows",
                        Integer.class,
                        column(rows, it -> Math.toIntExact(it.window().toSeconds())))
                .bindArray("series", UUID.class, column(rows, it -> it.series().id()))
                .bindArray("dimensions", String.class, column(rows, it -> it.series().dimensions()))
                .bindArray("measures", String.class, column(rows, Anomaly::measure))
                .bindArray("scores", Double.class, column(rows, Anomaly::score))
                .bindArray("kinds", String.class, column(rows, Anomaly::kind))
                .bindArray("begins", Boolean.class, column(rows, Anomaly::begins))
                .bindArray("values", Double.class, values)
                .bindArray("expected", Double.class, column(rows, Anomaly::expected))
                .bindArray("lower", Double.class, column(rows, Anomaly::lower))
                .bindArray("upper", Double.class, column(rows, Anomaly::upper))
                .bindArray(
                        "contributions",
                        String.class,
                        column(
                                rows,
                                it -> Json.mapper().valueToTree(it.contributions()).toString()))
                .bindArray("models", Long.class, models)
                .execute();
    }

    private static <T> List<T> column(List<Anomaly> rows, Function<Anomaly, T> value) {
        return rows.stream().map(value).toList();
    }
}
