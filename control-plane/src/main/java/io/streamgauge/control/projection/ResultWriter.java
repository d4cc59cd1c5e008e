package io.streamgauge.control.projection;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.database.SqlState;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches of results, each in one transaction with the offsets behind it.
 *
 * <p>A batch is first written plainly. Where PostgreSQL refuses data in it, it is written once more
 * with savepoints, halving the rows until what is refused stands alone and can be left out, so that
 * one tenant's row never holds up another's. Everything else that fails is the caller's to try
 * again. Used by one thread.
 */
final class ResultWriter {

    private static final Logger LOG = LoggerFactory.getLogger(ResultWriter.class);

    private static final String SAVEPOINT = "rows";
    private static final int KNOWN_SERIES = 200_000;
    private static final int KNOWN_DAYS = 10_000;

    /** "no partition of relation found for row": retention has dropped one that was known. */
    private static final String CHECK_VIOLATION = "23514";

    private final Database database;
    private final ProjectionStatistics statistics;
    private final Set<PartitionDay> knownDays = new HashSet<>();
    private final OccasionalLog refusedLog = new OccasionalLog();

    /** Series that have their row; the least used go first. */
    private final Map<SeriesRef, Boolean> knownSeries =
            new LinkedHashMap<>(1_024, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<SeriesRef, Boolean> eldest) {
                    return size() > KNOWN_SERIES;
                }
            };

    private record PartitionDay(String table, LocalDate day) {}

    private record SeriesRef(TenantId tenant, UUID stream, UUID series) {}

    /** Ends a transaction whose batch another projection has written. */
    private static final class FencedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    ResultWriter(Database database, ProjectionStatistics statistics) {
        this.database = database;
        this.statistics = statistics;
    }

    /**
     * Writes a batch.
     *
     * @param expected where the table has to stand for the batch to be the next
     * @return false where it stands elsewhere; nothing is written then
     * @throws RuntimeException where the database fails for another reason than the data
     */
    boolean write(ResultBatch batch, Map<TopicPartition, Long> expected) {
        try {
            ensurePartitions(batch);
            try {
                transaction(batch, expected, false);
            } catch (RuntimeException e) {
                if (!isRefusal(e)) {
                    throw e;
                }
                if (SqlState.of(e).equals(CHECK_VIOLATION)) {
                    knownDays.clear();
                    ensurePartitions(batch);
                }
                LOG.debug("projection: a batch is refused, writing it carefully", e);
                transaction(batch, expected, true);
            }
        } catch (FencedException e) {
            statistics.countFenced();
            return false;
        }
        statistics.countBatch();
        return true;
    }

    /** In transactions of their own: making a partition locks the whole table for a moment. */
    private void ensurePartitions(ResultBatch batch) {
        Set<PartitionDay> needed =
                batch.ofDays().stream().map(ResultWriter::day).collect(Collectors.toSet());
        needed.removeAll(knownDays);
        for (PartitionDay day : needed) {
            int unused =
                    database.inSystem(
                            handle ->
                                    handle.createQuery(
                                                    "SELECT 1 FROM ensure_day_partition(:table,"
                                                            + " :day)")
                                            .bind("table", day.table())
                                            .bind("day", day.day())
                                            .mapTo(Integer.class)
                                            .one());
            if (knownDays.size() >= KNOWN_DAYS) {
                knownDays.clear();
            }
            knownDays.add(day);
        }
    }

    private static PartitionDay day(ResultRow.OfDay row) {
        String table =
                switch (row) {
                    case ResultRow.Aggregate aggregate -> "aggregates";
                    case ResultRow.Rejection rejection -> "rejected_events";
                    case ResultRow.Unusual anomaly -> "anomalies";
                };
        return new PartitionDay(table, LocalDate.ofInstant(row.time(), ZoneOffset.UTC));
    }

    private void transaction(
            ResultBatch batch, Map<TopicPartition, Long> expected, boolean carefully) {
        Outcome outcome =
                database.inSystem(
                        handle -> {
                            // First, since this is the lock: whoever comes second waits here, and
                            // then finds that its batch is not the next any more.
                            if (!ProjectionOffsets.move(handle, expected, batch.nextOffsets())) {
                                throw new FencedException();
                            }
                            ClockTable.upsert(handle, batch.clocks());
                            Outcome sum = new Outcome(carefully);
                            batch.rows()
                                    .forEach((tenant, rows) -> write(handle, tenant, rows, sum));
                            return sum;
                        });
        // Only what is committed is known, and only what is committed is counted.
        outcome.newSeries.forEach(series -> knownSeries.put(series, true));
        statistics.countStored(outcome.stored);
        statistics.countSkipped(SkipReason.STREAM_GONE, outcome.streamGone);
        statistics.countSkipped(SkipReason.ALERT_GONE, outcome.alertGone);
        statistics.countSkipped(SkipReason.REFUSED, outcome.refused);
    }

    /** What one transaction did. */
    private static final class Outcome {

        private final boolean carefully;
        private final List<SeriesRef> newSeries = new ArrayList<>();
        private long stored;
        private long streamGone;
        private long alertGone;
        private long refused;

        Outcome(boolean carefully) {
            this.carefully = carefully;
        }
    }

    private void write(Handle handle, TenantId tenant, List<ResultRow> rows, Outcome outcome) {
        Database.enterTenant(handle, tenant);
        List<ResultRow> wanted = new ArrayList<>();
        List<ResultRow.OfStream> ofStreams = of(rows, ResultRow.OfStream.class);
        wanted.addAll(RowOwners.ofStreams(handle, tenant, ofStreams));
        outcome.streamGone += ofStreams.size() - wanted.size();
        List<ResultRow.OfAlert> ofAlerts = of(rows, ResultRow.OfAlert.class);
        List<ResultRow.OfAlert> wantedOfAlerts = RowOwners.ofAlerts(handle, tenant, ofAlerts);
        wanted.addAll(wantedOfAlerts);
        outcome.alertGone += ofAlerts.size() - wantedOfAlerts.size();
        if (wanted.isEmpty()) {
            return;
        }
        if (outcome.carefully) {
            insertCarefully(handle, tenant, wanted, outcome);
        } else {
            insert(handle, tenant, wanted, outcome);
            outcome.stored += wanted.size();
        }
    }

    private void insertCarefully(
            Handle handle, TenantId tenant, List<ResultRow> rows, Outcome outcome) {
        handle.savepoint(SAVEPOINT);
        try {
            insert(handle, tenant, rows, outcome);
            handle.releaseSavepoint(SAVEPOINT);
            outcome.stored += rows.size();
        } catch (RuntimeException e) {
            if (!isRefusal(e)) {
                throw e;
            }
            handle.rollbackToSavepoint(SAVEPOINT); // and with it, to Jdbi, the savepoint ends
            if (rows.size() > 1) {
                int half = rows.size() / 2;
                insertCarefully(handle, tenant, rows.subList(0, half), outcome);
                insertCarefully(handle, tenant, rows.subList(half, rows.size()), outcome);
                return;
            }
            outcome.refused++;
            refusedLog.occurred(
                    occurrences ->
                            LOG.warn(
                                    "projection: {} results refused by PostgreSQL and skipped, the"
                                            + " last of tenant {}: {}",
                                    occurrences,
                                    tenant,
                                    rows.getFirst().key(),
                                    e));
        }
    }

    private void insert(Handle handle, TenantId tenant, List<ResultRow> rows, Outcome outcome) {
        List<ResultRow.Aggregate> aggregates = of(rows, ResultRow.Aggregate.class);
        if (!aggregates.isEmpty()) {
            insertSeries(handle, tenant, aggregates, outcome);
            ResultTables.upsertAggregates(handle, tenant, aggregates);
        }
        List<ResultRow.Rejection> rejections = of(rows, ResultRow.Rejection.class);
        if (!rejections.isEmpty()) {
            ResultTables.insertRejections(handle, tenant, rejections);
        }
        List<ResultRow.Unusual> anomalies = of(rows, ResultRow.Unusual.class);
        if (!anomalies.isEmpty()) {
            AnomalyTable.upsert(handle, tenant, anomalies);
        }
        List<ResultRow.Judged> judged = of(rows, ResultRow.Judged.class);
        if (!judged.isEmpty()) {
            DetectionStatusTable.upsert(handle, tenant, judged);
        }
        List<ResultRow.Instance> instances = of(rows, ResultRow.Instance.class);
        if (!instances.isEmpty()) {
            AlertTables.store(handle, tenant, instances);
        }
        List<ResultRow.Status> statuses = of(rows, ResultRow.Status.class);
        if (!statuses.isEmpty()) {
            AlertTables.upsertStatuses(handle, tenant, statuses);
        }
    }

    private void insertSeries(
            Handle handle, TenantId tenant, List<ResultRow.Aggregate> rows, Outcome outcome) {
        Map<SeriesRef, ResultRow.Aggregate> unknown = new LinkedHashMap<>();
        for (ResultRow.Aggregate row : rows) {
            SeriesRef series = new SeriesRef(tenant, row.stream(), row.series());
            // Reading it, with get, is what keeps a series in use from being forgotten.
            if (outcome.carefully || knownSeries.get(series) == null) {
                unknown.put(series, row);
            }
        }
        if (unknown.isEmpty()) {
            return;
        }
        ResultTables.insertSeries(handle, tenant, List.copyOf(unknown.values()));
        if (!outcome.carefully) { // else a part of this may be rolled back
            outcome.newSeries.addAll(unknown.keySet());
        }
    }

    private static <T extends ResultRow> List<T> of(List<? extends ResultRow> rows, Class<T> type) {
        return rows.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Whether PostgreSQL says that data cannot be stored, ever. */
    private static boolean isRefusal(RuntimeException failure) {
        String state = SqlState.of(failure);
        return state.startsWith("22") // data exception
                || state.startsWith("23") // integrity constraint violation
                || state.startsWith("54"); // program limit exceeded
    }
}
