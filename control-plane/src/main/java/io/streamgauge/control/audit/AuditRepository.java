package io.streamgauge.control.audit;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.AuditQuery.Column;
import io.streamgauge.control.audit.AuditQuery.Position;
import io.streamgauge.control.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads entries of the audit log, newest first. */
final class AuditRepository {

    private final Database database;

    AuditRepository(Database database) {
        this.database = database;
    }

    /** A tenant's entries, under its policies. */
    List<RecordedEntry> findInTenant(TenantId tenant, AuditQuery query) {
        return database.inTenant(tenant, handle -> find(handle, query));
    }

    /** Entries of the platform or of any tenant, for operators. */
    List<RecordedEntry> findInPlatform(AuditQuery query) {
        return database.inPlatform(handle -> find(handle, query));
    }

    private static List<RecordedEntry> find(Handle handle, AuditQuery asked) {
        List<String> conditions = new ArrayList<>();
        conditions.add(asked.tenant().isPresent() ? "tenant_id = :tenant" : "tenant_id IS NULL");
        asked.from().ifPresent(it -> conditions.add("at >= :from"));
        asked.to().ifPresent(it -> conditions.add("at < :to"));
        for (Column column : asked.equal().keySet()) {
            conditions.add("%s = :%s".formatted(column.sql(), column.parameter()));
        }
        asked.after().ifPresent(it -> conditions.add("(at, number) < (:at, :number)"));
        Query query =
                handle.createQuery(
                                """
                                SELECT number, id, tenant_id, at, actor_kind, actor, action,
                                    resource_type, resource_id, remote_address, request_id,
                                    before, after
                                FROM audit_log WHERE %s
                                ORDER BY at DESC, number DESC LIMIT :limit\
                                """
                                        .formatted(String.join(" AND ", conditions)))
                        .bind("limit", asked.limit());
        asked.tenant().ifPresent(it -> query.bind("tenant", it.value()));
        asked.from().ifPresent(it -> query.bind("from", atUtc(it)));
        asked.to().ifPresent(it -> query.bind("to", atUtc(it)));
        for (Map.Entry<Column, String> equal : asked.equal().entrySet()) {
            query.bind(equal.getKey().parameter(), equal.getValue());
        }
        asked.after().ifPresent(it -> query.bind("at", atUtc(it.at())).bind("number", it.number()));
        return query.map(AuditRepository::entry).list();
    }

    private static RecordedEntry entry(ResultSet row, StatementContext context)
            throws SQLException {
        return new RecordedEntry(
                new Position(
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        row.getLong("number")),
                row.getObject("id", UUID.class),
                Optional.ofNullable(row.getString("tenant_id")),
                new Origin(
                        row.getString("actor_kind"),
                        row.getString("actor"),
                        row.getString("remote_address"),
                        row.getString("request_id")),
                row.getString("action"),
                row.getString("resource_type"),
                row.getString("resource_id"),
                Optional.ofNullable(row.getString("before")),
                Optional.ofNullable(row.getString("after")));
    }

    private static OffsetDateTime atUtc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
