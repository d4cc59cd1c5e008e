package io.streamgauge.control.alert;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.RuleStatus;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/**
 * What the subtasks of the job say of an alert's versions.
 *
 * @param reports the last of each subtask of the job as it runs now
 * @param clock how far the job is; empty where it has not told
 */
record AlertStatus(Alert alert, List<Report> reports, Optional<AlertingClock> clock) {

    /** What one subtask said of one version. */
    record Report(
            long version,
            int subtask,
            int parallelism,
            long revision,
            RuleStatus.State state,
            Instant effectiveFrom,
            long errors,
            Optional<String> lastError,
            long droppedPartialMatches,
            long droppedInstances,
            long throttled,
            Optional<Instant> throttledUntil,
            Instant at) {}

    /** Reads what is known of the versions that run. */
    static AlertStatus of(Handle handle, Alert alert) {
        return new AlertStatus(
                alert,
                handle.createQuery(
                                """
                                SELECT version, subtask, parallelism, revision, state,
                                    effective_from, errors, last_error, dropped_partial_matches,
                                    dropped_instances, throttled, throttled_until, at
                                FROM alert_status
                                WHERE tenant_id = :tenant AND alert_id = :alert
                                    AND version = ANY (:versions)
                                ORDER BY version, subtask\
                                """)
                        .bind("tenant", alert.tenant().value())
                        .bind("alert", alert.id().value())
                        .bindArray(
                                "versions",
                                Long.class,
                                alert.versions().stream().map(AlertVersion::number).toList())
                        .map(AlertStatus::report)
                        .list(),
                AlertingClock.of(handle));
    }

    /**
     * As the API shows it: how far the job is, on how many subtasks each version is active, and
     * what went wrong.
     */
    ObjectNode toJson(Instant now) {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("id", alert.id().toString());
        json.put("name", alert.name());
        json.put("revision", alert.revision());
        json.put("paused", alert.paused());
        clock.ifPresent(it -> it.write(json, now));
        ArrayNode versions = json.putArray("versions");
        for (AlertVersion version : alert.versions()) {
            write(versions.addObject(), version);
        }
        return json;
    }

    private void write(ObjectNode json, AlertVersion version) {
        List<Report> all = reports.stream().filter(it -> it.version() == version.number()).toList();
        // A job with another parallelism has left reports of subtasks that are no more.
        int subtasks =
                all.stream()
                        .max(Comparator.comparing(Report::at))
                        .map(Report::parallelism)
                        .orElse(0);
        List<Report> present = all.stream().filter(it -> it.subtask() < subtasks).toList();
        json.put("version", version.number());
        json.put("mode", version.mode().wireName());
        json.put("subtasks", subtasks);
        json.put("activeSubtasks", count(present, RuleStatus.State.ACTIVE));
        json.put("quarantinedSubtasks", count(present, RuleStatus.State.QUARANTINED));
        present.stream()
                .map(Report::effectiveFrom)
                .max(Comparator.naturalOrder())
                .ifPresent(it -> json.put("effectiveFrom", it.toString()));
        json.put("errors", present.stream().mapToLong(Report::errors).sum());
        present.stream()
                .filter(it -> it.lastError().isPresent())
                .max(Comparator.comparing(Report::at))
                .flatMap(Report::lastError)
                .ifPresent(it -> json.put("lastError", it));
        json.put(
                "droppedPartialMatches",
                present.stream().mapToLong(Report::droppedPartialMatches).sum());
        json.put("droppedInstances", present.stream().mapToLong(Report::droppedInstances).sum());
        json.put("throttled", present.stream().mapToLong(Report::throttled).sum());
        present.stream()
                .flatMap(it -> it.throttledUntil().stream())
                .max(Comparator.naturalOrder())
                .ifPresent(it -> json.put("throttledUntil", it.toString()));
        present.stream()
                .map(Report::at)
                .max(Comparator.naturalOrder())
                .ifPresent(it -> json.put("reportedAt", it.toString()));
    }

    private static long count(List<Report> reports, RuleStatus.State state) {
        return reports.stream().filter(it -> it.state() == state).count();
    }

    private static Report report(ResultSet row, StatementContext context) throws SQLException {
        return new Report(
                row.getLong("version"),
                row.getInt("subtask"),
                row.getInt("parallelism"),
                row.getLong("revision"),
                RuleStatus.State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getObject("effective_from", OffsetDateTime.class).toInstant(),
                row.getLong("errors"),
                Optional.ofNullable(row.getString("last_error")),
                row.getLong("dropped_partial_matches"),
                row.getLong("dropped_instances"),
                row.getLong("throttled"),
                Optional.ofNullable(row.getObject("throttled_until", OffsetDateTime.class))
                        .map(OffsetDateTime::toInstant),
                row.getObject("at", OffsetDateTime.class).toInstant());
    }
}
