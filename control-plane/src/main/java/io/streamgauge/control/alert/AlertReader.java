package io.streamgauge.control.alert;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.problem.NotFound;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Finds alerts, their versions and their states. */
public final class AlertReader {

    private final Database database;
    private final AlertRepository alerts = new AlertRepository();
    private final VersionRepository versions = new VersionRepository();

    public AlertReader(Database database) {
        this.database = database;
    }

    /**
     * @throws NotFound where there is no such alert
     */
    Alert get(TenantId tenant, String idOrName) {
        return database.inTenant(tenant, handle -> find(handle, tenant, idOrName));
    }

    /** Alerts in order of their names. */
    List<Alert> list(TenantId tenant, AlertFilter filter, String afterName, int limit) {
        return database.inTenant(
                tenant, handle -> alerts.list(handle, tenant, filter, afterName, limit));
    }

    /**
     * What the jobs say of an alert.
     *
     * @throws NotFound where there is no such alert
     */
    AlertStatus status(TenantId tenant, String idOrName) {
        return database.inTenant(
                tenant, handle -> AlertStatus.of(handle, find(handle, tenant, idOrName)));
    }

    /** Versions of an alert, the newest first, those before a number. */
    List<VersionRecord> versions(TenantId tenant, Alert alert, long before, int limit) {
        return database.inTenant(tenant, handle -> versions.list(handle, alert, before, limit));
    }

    /**
     * @throws NotFound where there is no such version
     */
    VersionRecord version(TenantId tenant, Alert alert, long number) {
        return database.inTenant(tenant, handle -> version(handle, alert, number));
    }

    private Alert find(Handle handle, TenantId tenant, String idOrName) {
        return alerts.find(handle, tenant, idOrName)
                .orElseThrow(() -> AlertWriter.notFound(idOrName));
    }

    /** A version, within the present transaction. */
    VersionRecord version(Handle handle, Alert alert, long number) {
        return versions.find(handle, alert, number)
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "version: alert %s has no version %d (expected: one of its versions)"
                                                .formatted(alert.name(), number)));
    }
}
