package io.streamgauge.control.projection;

import io.streamgauge.contracts.alert.JobClock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** The SQL of how far the alerting job is. One row for each of its subtasks; of no tenant. */
final class ClockTable {

    /** By the job's own time: its clock goes back where it is started from an older state. */
    private static final String UPSERT =
            """
            INSERT INTO alerting_clocks AS held (subtask, parallelism, clock, at)
            VALUES (:subtask, :parallelism, :clock, :at)
            ON CONFLICT (subtask) DO UPDATE SET
                parallelism = excluded.parallelism, clock = excluded.clock, at = excluded.at
            WHERE excluded.at >= held.at\
            """;

    private ClockTable() {}

    static void upsert(Handle handle, Collection<JobClock> clocks) {
        if (clocks.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch(UPSERT);
        for (JobClock clock : clocks) {
            batch.bind("subtask", clock.subtask())
                    .bind("parallelism", clock.parallelism())
                    .bind("clock", Instant.ofEpochMilli(clock.clock()).atOffset(ZoneOffset.UTC))
                    .bind("at", Instant.ofEpochMilli(clock.at()).atOffset(ZoneOffset.UTC))
                    .add();
        }
        int[] unused = batch.execute();
    }
}
