package io.streamgauge.control.alertinstance;

import io.streamgauge.control.alertinstance.StatusReport.SubtaskStatus;
import io.streamgauge.control.alertlookup.KnownAlert;
import io.streamgauge.control.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.statement.StatementContext;

/** Reads what the job says of alerts. */
public final class StatusService {

    private final Database database;

    public StatusService(Database database) {
        this.database = database;
    }

    /** What is said of an alert's versions. */
    StatusReport of(KnownAlert alert) {
        return new StatusReport(
                database.inTenant(
                        alert.tenant(),
                        handle ->
                                handle.createQuery(
                                                """
                                                SELECT version, subtask, parallelism, revision,
                                                    state, effective_from, errors, last_error,
                                                    dropped_partial_matches, dropped_instances, at
                                                FROM alert_status
                                                WHERE tenant_id = :tenant AND alert_id = :alert\
                                                """)
                                        .bind("tenant", alert.tenant().value())
                                        .bind("alert", alert.id().value())
                                        .map(StatusService::status)
                                        .list()));
    }

    /** Since when a version is in force, as far as the job has said so. */
    Optional<Instant> effectiveFrom(KnownAlert alert, long version) {
        return of(alert).statuses().stream()
                .filter(it -> it.version() == version)
                .map(SubtaskStatus::effectiveFrom)
                .min(Comparator.naturalOrder());
    }

    private static SubtaskStatus status(ResultSet row, StatementContext context)
            throws SQLException {
        return new SubtaskStatus(
                row.getLong("version"),
                row.getInt("subtask"),
                row.getInt("parallelism"),
                row.getLong("revision"),
                row.getString("state"),
                row.getObject("effective_from", OffsetDateTime.class).toInstant(),
                row.getLong("errors"),
                Optional.ofNullable(row.getString("last_error")),
                row.getLong("dropped_partial_matches"),
                row.getLong("dropped_instances"),
                row.getObject("at", OffsetDateTime.class).toInstant());
    }
}
