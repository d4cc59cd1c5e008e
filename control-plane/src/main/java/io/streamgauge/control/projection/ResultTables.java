package io.streamgauge.control.projection;

import io.streamgauge.contracts.TenantId;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** The SQL of results. Every statement is one round trip for any number of rows. */
final class ResultTables {

    /** Keeps the streams from being deleted until the transaction ends. */
    private static final String LOCK_STREAMS =
            """
            SELECT id FROM streams WHERE tenant_id = :tenant AND id = ANY (CAST(:ids AS uuid[]))
            FOR KEY SHARE\
            """;

    private static final String INSERT_SERIES =
            """
            INSERT INTO series (tenant_id, stream_id, id, dimensions)
            SELECT :tenant, * FROM unnest(
                CAST(:streams AS uuid[]), CAST(:ids AS uuid[]), CAST(:dimensions AS jsonb[]))
            ON CONFLICT DO NOTHING\
            """;

    /** Replayed and outdated results change nothing. */
    private static final String UPSERT_AGGREGATES =
            """
            INSERT INTO aggregates (
                tenant_id, stream_id, window_seconds, window_start, series_id,
                revision, timing, event_count, measures)
            SELECT :tenant, * FROM unnest(
                CAST(:streams AS uuid[]), CAST(:windows AS int[]), CAST(:starts AS timestamptz[]),
                CAST(:series AS uuid[]), CAST(:revisions AS int[]), CAST(:timings AS text[]),
                CAST(:events AS bigint[]), CAST(:measures AS jsonb[]))
            ON CONFLICT (tenant_id, stream_id, window_seconds, window_start, series_id)
            DO UPDATE SET revision = excluded.revision, timing = excluded.timing,
                event_count = excluded.event_count, measures = excluded.measures
            WHERE excluded.revision >= aggregates.revision\
            """;

    private static final String INSERT_REJECTIONS =
            """
            INSERT INTO rejected_events (
                tenant_id, stream_id, source_partition, source_offset,
                reason, detail, arrived_at, event)
            SELECT :tenant, * FROM unnest(
                CAST(:streams AS uuid[]), CAST(:partitions AS int[]), CAST(:offsets AS bigint[]),
                CAST(:reasons AS text[]), CAST(:details AS text[]),
                CAST(:arrivals AS timestamptz[]), CAST(:events AS text[]))
            ON CONFLICT DO NOTHING\
            """;

    private ResultTables() {}

    /** Those of the streams that exist; they go on to exist until the transaction ends. */
    static Set<UUID> lockStreams(Handle handle, TenantId tenant, Collection<UUID> streams) {
        return handle.createQuery(LOCK_STREAMS)
                .bind("tenant", tenant.value())
                .bindArray("ids", UUID.class, List.copyOf(streams))
                .mapTo(UUID.class)
                .set();
    }

    static void insertSeries(Handle handle, TenantId tenant, List<ResultRow.Aggregate> rows) {
        handle.createUpdate(INSERT_SERIES)
                .bind("tenant", tenant.value())
                .bindArray("streams", UUID.class, column(rows, ResultRow.Aggregate::stream))
                .bindArray("ids", UUID.class, column(rows, ResultRow.Aggregate::series))
                .bindArray(
                        "dimensions", String.class, column(rows, ResultRow.Aggregate::dimensions))
                .execute();
    }

    static void upsertAggregates(Handle handle, TenantId tenant, List<ResultRow.Aggregate> rows) {
        handle.createUpdate(UPSERT_AGGREGATES)
                .bind("tenant", tenant.value())
                .bindArray("streams", UUID.class, column(rows, ResultRow.Aggregate::stream))
                .bindArray(
                        "windows", Integer.class, column(rows, ResultRow.Aggregate::windowSeconds))
                .bindArray("starts", String.class, column(rows, row -> row.time().toString()))
                .bindArray("series", UUID.class, column(rows, ResultRow.Aggregate::series))
                .bindArray("revisions", Integer.class, column(rows, ResultRow.Aggregate::revision))
                .bindArray("timings", String.class, column(rows, ResultRow.Aggregate::timing))
                .bindArray("events", Long.class, column(rows, ResultRow.Aggregate::events))
                .bindArray("measures", String.class, column(rows, ResultRow.Aggregate::measures))
                .execute();
    }

    static void insertRejections(Handle handle, TenantId tenant, List<ResultRow.Rejection> rows) {
        handle.createUpdate(INSERT_REJECTIONS)
                .bind("tenant", tenant.value())
                .bindArray("streams", UUID.class, column(rows, ResultRow.Rejection::stream))
                .bindArray(
                        "partitions", Integer.class, column(rows, ResultRow.Rejection::partition))
                .bindArray("offsets", Long.class, column(rows, ResultRow.Rejection::offset))
                .bindArray("reasons", String.class, column(rows, ResultRow.Rejection::reason))
                .bindArray("details", String.class, column(rows, ResultRow.Rejection::detail))
                .bindArray("arrivals", String.class, column(rows, row -> row.time().toString()))
                .bindArray("events", String.class, column(rows, ResultRow.Rejection::event))
                .execute();
    }

    private static <R, T> List<T> column(List<R> rows, Function<R, T> value) {
        return rows.stream().map(value).toList();
    }
}
