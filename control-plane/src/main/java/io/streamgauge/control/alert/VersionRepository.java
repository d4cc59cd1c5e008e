package io.streamgauge.control.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.contracts.alert.AlertVersion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of alerts' versions, which never change. */
final class VersionRepository {

    /** How many are kept of an alert, beside those that run: bounds what a tenant can store. */
    static final int KEPT = 1_000;

    private static final String SELECT =
            "SELECT number, spec, created_at, created_by, note FROM alert_versions ";

    /** Adds a version, and removes those that are too many. */
    void insert(Handle handle, Alert alert, VersionRecord version) {
        handle.createUpdate(
                        """
                        INSERT INTO alert_versions
                            (tenant_id, alert_id, number, spec, created_at, created_by, note)
                        VALUES (:tenant, :alert, :number, CAST(:spec AS jsonb), :at, :by, :note)\
                        """)
                .bind("tenant", alert.tenant().value())
                .bind("alert", alert.id().value())
                .bind("number", version.number())
                .bind("spec", AlertDefinitionCodec.toJson(version.spec()).toString())
                .bind("at", version.createdAt().atOffset(ZoneOffset.UTC))
                .bind("by", version.createdBy())
                .bind("note", version.note())
                .execute();
        handle.createUpdate(
                        """
                        DELETE FROM alert_versions WHERE tenant_id = :tenant AND alert_id = :alert
                            AND number <= :last AND NOT number = ANY (:running)\
                        """)
                .bind("tenant", alert.tenant().value())
                .bind("alert", alert.id().value())
                .bind("last", version.number() - KEPT)
                .bindArray(
                        "running",
                        Long.class,
                        alert.versions().stream().map(AlertVersion::number).toList())
                .execute();
    }

    /** Versions of an alert, the newest first, those before a number. */
    List<VersionRecord> list(Handle handle, Alert alert, long before, int limit) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE tenant_id = :tenant AND alert_id = :alert AND number < :before
                                ORDER BY number DESC LIMIT :limit\
                                """)
                .bind("tenant", alert.tenant().value())
                .bind("alert", alert.id().value())
                .bind("before", before)
                .bind("limit", limit)
                .map(VersionRepository::version)
                .list();
    }

    Optional<VersionRecord> find(Handle handle, Alert alert, long number) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE tenant_id = :tenant AND alert_id = :alert AND number = :number\
                                """)
                .bind("tenant", alert.tenant().value())
                .bind("alert", alert.id().value())
                .bind("number", number)
                .map(VersionRepository::version)
                .findOne();
    }

    private static VersionRecord version(ResultSet row, StatementContext context)
            throws SQLException {
        long number = row.getLong("number");
        try {
            return new VersionRecord(
                    number,
                    AlertSpecReader.read(Json.mapper().readTree(row.getString("spec"))),
                    row.getObject("created_at", OffsetDateTime.class).toInstant(),
                    row.getString("created_by"),
                    row.getString("note"));
        } catch (JsonProcessingException | InvalidInputException e) {
            throw new SQLException(
                    "alert_versions.spec of number " + number + ": not a valid specification", e);
        }
    }
}
