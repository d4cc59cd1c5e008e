package io.streamgauge.control.tenantadmin;

import io.streamgauge.contracts.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of deletions. */
final class DeletionRepository {

    Optional<Deletion> find(Handle handle, TenantId tenant) {
        return handle.createQuery(
                        """
                        SELECT tenant_id, requested_at, requested_by, deleted_rows, finished_at
                        FROM tenant_deletions WHERE tenant_id = :tenant\
                        """)
                .bind("tenant", tenant.value())
                .map(DeletionRepository::deletion)
                .findOne();
    }

    /**
     * Tenants whose deletion is not finished, in the order of the requests. A tenant that is there
     * and does not say itself that it is being deleted is none of them: what removes everything
     * goes by two words, not by one.
     */
    List<TenantId> unfinished(Handle handle) {
        return handle.createQuery(
                        """
                        SELECT d.tenant_id FROM tenant_deletions d
                        LEFT JOIN tenants t ON t.id = d.tenant_id
                        WHERE d.finished_at IS NULL AND (t.id IS NULL OR t.deleting_since IS NOT NULL)
                        ORDER BY d.requested_at, d.tenant_id\
                        """)
                .map((row, context) -> new TenantId(row.getString("tenant_id")))
                .list();
    }

    void insert(Handle handle, TenantId tenant, Instant now, String requestedBy) {
        handle.createUpdate(
                        """
                        INSERT INTO tenant_deletions (tenant_id, requested_at, requested_by)
                        VALUES (:tenant, :now, :by)\
                        """)
                .bind("tenant", tenant.value())
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .bind("by", requestedBy)
                .execute();
    }

    /** Notes what the present transaction has deleted. */
    void addRows(Handle handle, TenantId tenant, long rows) {
        handle.createUpdate(
                        """
                        UPDATE tenant_deletions SET deleted_rows = deleted_rows + :rows
                        WHERE tenant_id = :tenant\
                        """)
                .bind("tenant", tenant.value())
                .bind("rows", rows)
                .execute();
    }

    void finish(Handle handle, TenantId tenant, Instant now) {
        handle.createUpdate(
                        "UPDATE tenant_deletions SET finished_at = :now WHERE tenant_id = :tenant")
                .bind("tenant", tenant.value())
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .execute();
    }

    private static Deletion deletion(ResultSet row, StatementContext context) throws SQLException {
        OffsetDateTime finishedAt = row.getObject("finished_at", OffsetDateTime.class);
        return new Deletion(
                new TenantId(row.getString("tenant_id")),
                row.getObject("requested_at", OffsetDateTime.class).toInstant(),
                row.getString("requested_by"),
                row.getLong("deleted_rows"),
                Optional.ofNullable(finishedAt).map(OffsetDateTime::toInstant));
    }
}
