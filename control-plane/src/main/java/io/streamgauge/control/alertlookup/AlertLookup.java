package io.streamgauge.control.alertlookup;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertSpecReader;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.problem.NotFound;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Finds alerts by id or name, and what their versions say. */
public final class AlertLookup {

    private static final String SELECT =
            """
            SELECT tenant_id, id, name, stream_id, active_version, shadow_version, draining, paused,
                revision
            FROM alerts WHERE tenant_id = :tenant AND %s\
            """;

    private final Database database;

    public AlertLookup(Database database) {
        this.database = database;
    }

    /**
     * Finds an alert.
     *
     * @throws NotFound where the tenant has none with this id or name
     */
    public KnownAlert get(TenantId tenant, String idOrName) {
        return find(tenant, idOrName).orElseThrow(() -> notFound(idOrName));
    }

    /** As {@link #get}; empty where the tenant has none with this id or name. */
    public Optional<KnownAlert> find(TenantId tenant, String idOrName) {
        return database.inTenant(tenant, handle -> find(handle, tenant, idOrName));
    }

    /** What a version of an alert says; empty where it has none of this number. */
    public Optional<AlertSpec> spec(KnownAlert alert, long version) {
        return database.inTenant(
                        alert.tenant(),
                        handle ->
                                handle.createQuery(
                                                """
                                                SELECT spec FROM alert_versions
                                                WHERE tenant_id = :tenant AND alert_id = :alert
                                                    AND number = :number\
                                                """)
                                        .bind("tenant", alert.tenant().value())
                                        .bind("alert", alert.id().value())
                                        .bind("number", version)
                                        .mapTo(String.class)
                                        .findOne())
                .map(json -> read(alert, json));
    }

    private static Optional<KnownAlert> find(Handle handle, TenantId tenant, String idOrName) {
        Optional<AlertId> id = AlertId.parse(idOrName);
        if (id.isEmpty() && !AlertSpecReader.isName(idOrName)) {
            return Optional.empty();
        }
        return handle.createQuery(SELECT.formatted(id.isPresent() ? "id = :id" : "name = :id"))
                .bind("tenant", tenant.value())
                .bind("id", id.<Object>map(AlertId::value).orElse(idOrName))
                .map(AlertLookup::alert)
                .findOne();
    }

    private static KnownAlert alert(ResultSet row, StatementContext context) throws SQLException {
        long shadow = row.getLong("shadow_version");
        boolean hasShadow = !row.wasNull();
        UUID stream = row.getObject("stream_id", UUID.class);
        return new KnownAlert(
                new TenantId(row.getString("tenant_id")),
                new AlertId(row.getObject("id", UUID.class)),
                row.getString("name"),
                Optional.ofNullable(stream).map(StreamId::new),
                row.getLong("active_version"),
                hasShadow ? Optional.of(shadow) : Optional.empty(),
                numbers(row.getArray("draining").getArray()),
                row.getBoolean("paused"),
                row.getLong("revision"));
    }

    private static List<Long> numbers(Object array) {
        return Arrays.stream((Long[]) array).toList();
    }

    private static AlertSpec read(KnownAlert alert, String json) {
        try {
            return AlertSpecReader.read(Json.mapper().readTree(json));
        } catch (JsonProcessingException | InvalidInputException e) {
            throw new IllegalStateException(
                    "alert_versions.spec: cannot be read, of alert " + alert.id(), e);
        }
    }

    private static NotFound notFound(String idOrName) {
        return new NotFound(
                "alert: %s does not exist (expected: the id or the name of an alert)"
                        .formatted(
                                idOrName.length() <= 63
                                        ? idOrName
                                        : idOrName.substring(0, 60) + "..."));
    }
}
