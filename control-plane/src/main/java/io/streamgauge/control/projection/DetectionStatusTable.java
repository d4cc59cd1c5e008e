package io.streamgauge.control.projection;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.DetectionStatus;
import io.streamgauge.contracts.detection.DetectionStatus.Observed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;
import org.jspecify.annotations.Nullable;

/**
 * The SQL of what the anomaly job says of streams. Of a subtask the latest that was said counts.
 */
final class DetectionStatusTable {

    private static final String UPSERT =
            """
            INSERT INTO detection_status AS held (
                tenant_id, stream_id, subtask, parallelism, state, model_id, version, reason,
                threshold, failures, series_beyond_limit, learning, active, constant,
                invalid_values, out_of_order, at)
            SELECT :tenant, * FROM unnest(
                CAST(:streams AS uuid[]), CAST(:subtasks AS int[]), CAST(:parallelisms AS int[]),
                CAST(:states AS text[]), CAST(:models AS uuid[]), CAST(:versions AS bigint[]),
                CAST(:reasons AS text[]), CAST(:thresholds AS float8[]),
                CAST(:failures AS bigint[]), CAST(:beyond AS bigint[]),
                CAST(:learning AS bigint[]), CAST(:active AS bigint[]),
                CAST(:constant AS bigint[]), CAST(:invalid AS bigint[]),
                CAST(:disordered AS bigint[]), CAST(:times AS timestamptz[]))
            ON CONFLICT (tenant_id, stream_id, subtask) DO UPDATE SET
                parallelism = excluded.parallelism, state = excluded.state,
                model_id = excluded.model_id, version = excluded.version,
                reason = excluded.reason, threshold = excluded.threshold,
                failures = excluded.failures,
                series_beyond_limit = excluded.series_beyond_limit,
                learning = excluded.learning, active = excluded.active,
                constant = excluded.constant, invalid_values = excluded.invalid_values,
                out_of_order = excluded.out_of_order, at = excluded.at
            WHERE excluded.at >= held.at\
            """;

    private static final int MAX_REASON_CHARACTERS = 1_024;

    private DetectionStatusTable() {}

    static void upsert(Handle handle, TenantId tenant, List<ResultRow.Judged> judged) {
        List<DetectionStatus> rows = judged.stream().map(ResultRow.Judged::status).toList();
        List<@Nullable Long> versions = new ArrayList<>();
        rows.forEach(
                row -> versions.add(row.version().isPresent() ? row.version().getAsLong() : null));
        Update update = handle.createUpdate(UPSERT).bind("tenant", tenant.value());
        update.bindArray("streams", UUID.class, column(rows, row -> row.stream().value()))
                .bindArray("subtasks", Integer.class, column(rows, DetectionStatus::subtask))
                .bindArray(
                        "parallelisms", Integer.class, column(rows, DetectionStatus::parallelism))
                .bindArray("states", String.class, column(rows, row -> row.state().wireName()))
                .bindArray("models", UUID.class, nullable(rows, row -> row.model().orElse(null)))
                .bindArray("versions", Long.class, versions)
                .bindArray(
                        "reasons",
                        String.class,
                        nullable(
                                rows,
                                row ->
                                        row.reason()
                                                .map(
                                                        it ->
                                                                ResultReader.storable(
                                                                        it, MAX_REASON_CHARACTERS))
                                                .orElse(null)))
                .bindArray("thresholds", Double.class, column(rows, DetectionStatus::threshold))
                .bindArray("failures", Long.class, column(rows, DetectionStatus::failures))
                .bindArray("beyond", Long.class, column(rows, DetectionStatus::seriesBeyondLimit))
                .bindArray("learning", Long.class, seen(rows, Observed::learning))
                .bindArray("active", Long.class, seen(rows, Observed::active))
                .bindArray("constant", Long.class, seen(rows, Observed::constant))
                .bindArray("invalid", Long.class, seen(rows, Observed::invalidValues))
                .bindArray("disordered", Long.class, seen(rows, Observed::outOfOrder))
                .bindArray(
                        "times",
                        String.class,
                        column(rows, row -> Instant.ofEpochMilli(row.at()).toString()))
                .execute();
    }

    private static <T> List<T> column(List<DetectionStatus> rows, Function<DetectionStatus, T> of) {
        return rows.stream().map(of).toList();
    }

    private static List<Long> seen(List<DetectionStatus> rows, ToLongFunction<Observed> of) {
        return column(rows, row -> of.applyAsLong(row.observed()));
    }

    /** A column that can be NULL; such lists are not for {@code List.copyOf}. */
    private static <T> List<@Nullable T> nullable(
            List<DetectionStatus> rows, Function<DetectionStatus, @Nullable T> of) {
        List<@Nullable T> values = new ArrayList<>();
        rows.forEach(row -> values.add(of.apply(row)));
        return values;
    }
}
