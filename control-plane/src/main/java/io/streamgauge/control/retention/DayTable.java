package io.streamgauge.control.retention;

import io.streamgauge.contracts.TenantId;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.jdbi.v3.core.Handle;

/**
 * The tables whose rows lie in a partition for each day, and what ends their rows other than the
 * drop of a whole day. Partition by partition and some rows at a time, so that no statement takes
 * long and no transaction holds much.
 */
public enum DayTable {
    /** Results, by the start of their window. */
    AGGREGATES("aggregates", "window_start"),
    /** Events that were not counted, by their arrival. */
    REJECTED_EVENTS("rejected_events", "arrived_at"),
    /** What was unusual, by the end of its window. */
    ANOMALIES("anomalies", "window_end");

    /** Measured: 60 ms for as many aggregates of one measure. */
    private static final int ROWS = 10_000;

    private final String table;
    private final String time;

    DayTable(String table, String time) {
        this.table = table;
        this.time = time;
    }

    /** Name of the table. */
    String table() {
        return table;
    }

    /** The days that have a partition, the oldest first. */
    public List<LocalDate> days(Handle handle) {
        return handle.createQuery(
                        """
                        SELECT to_date(right(c.relname, 8), 'YYYYMMDD') FROM pg_inherits i
                        JOIN pg_class c ON c.oid = i.inhrelid
                        WHERE i.inhparent = CAST(:table AS regclass) ORDER BY 1\
                        """)
                .bind("table", "public." + table)
                .mapTo(LocalDate.class)
                .list();
    }

    /**
     * Deletes some of a tenant's rows of one day, in the present transaction, which is in the
     * tenant.
     *
     * @return how many; 0 where there are none left
     */
    public int deleteSome(Handle handle, TenantId tenant, LocalDate day) {
        String rows = "tenant_id = :tenant AND %s >= :from AND %s < :to".formatted(time, time);
        return handle.createUpdate(
                        // By their place: the one way to name some rows that needs no search for
                        // them. Within one partition, as the times have it, no two have the same.
                        """
                        DELETE FROM %s WHERE %s AND ctid = ANY (ARRAY(
                            SELECT ctid FROM %s WHERE %s LIMIT :limit))\
                        """
                                .formatted(table, rows, table, rows))
                .bind("tenant", tenant.value())
                .bind("from", startOf(day))
                .bind("to", startOf(day.plusDays(1)))
                .bind("limit", ROWS)
                .execute();
    }

    private static OffsetDateTime startOf(LocalDate day) {
        return day.atStartOfDay().atOffset(ZoneOffset.UTC);
    }
}
