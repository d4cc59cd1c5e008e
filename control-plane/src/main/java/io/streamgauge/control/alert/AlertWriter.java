package io.streamgauge.control.alert;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinitionCodec;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.PreconditionFailed;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/**
 * Makes changes of alerts: each is one transaction with its version, where it has one, its entry in
 * the audit log and the message that tells the jobs of it. A dry run does all of that and rolls it
 * back, so that it finds what the change itself would.
 */
final class AlertWriter {

    private final Database database;
    private final AlertRepository alerts;
    private final VersionRepository versions = new VersionRepository();
    private final Outbox outbox;
    private final AuditLog audit;

    /** Ends the transaction of a dry run; carries its result out of it. */
    private static final class DryRunEndedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Outcome outcome;

        DryRunEndedException(Outcome outcome) {
            super("a dry run", null, false, false);
            this.outcome = outcome;
        }
    }

    AlertWriter(Database database, AlertRepository alerts, Outbox outbox, AuditLog audit) {
        this.database = database;
        this.alerts = alerts;
        this.outbox = outbox;
        this.audit = audit;
    }

    /** Does a change's work in a transaction, and rolls it back where it is only a try. */
    Outcome transaction(TenantId tenant, boolean dryRun, Function<Handle, Outcome> work) {
        try {
            Outcome outcome =
                    database.inTenant(
                            tenant,
                            handle -> {
                                Outcome result = work.apply(handle);
                                if (dryRun) {
                                    throw new DryRunEndedException(result);
                                }
                                return result;
                            });
            outbox.committed();
            return outcome;
        } catch (DryRunEndedException e) {
            return e.outcome;
        }
    }

    /**
     * Changes an alert that is there.
     *
     * @param action for the audit log
     * @param work from the present alert to what is to be; the same alert where nothing is
     * @throws NotFound where there is no such alert
     * @throws PreconditionFailed where it is at another revision than the request is for
     */
    Outcome change(
            TenantId tenant,
            String idOrName,
            ChangeRequest request,
            String action,
            BiFunction<Handle, Alert, Outcome> work) {
        return transaction(
                tenant,
                request.dryRun(),
                handle -> {
                    Alert current = lock(handle, tenant, idOrName, request);
                    Outcome outcome = work.apply(handle, current);
                    Alert next = outcome.alert();
                    if (next.equals(current)) {
                        return outcome;
                    }
                    alerts.update(handle, next);
                    outcome.added().ifPresent(it -> versions.insert(handle, next, it));
                    record(
                            handle,
                            request.origin(),
                            action,
                            Optional.of(current),
                            Optional.of(next));
                    announce(handle, next);
                    return outcome;
                });
    }

    /** Adds an alert to the present transaction. */
    void insert(Handle handle, Alert alert, VersionRecord first, Origin origin) {
        alerts.insert(handle, alert);
        versions.insert(handle, alert, first);
        record(handle, origin, "create", Optional.empty(), Optional.of(alert));
        announce(handle, alert);
    }

    /** Removes an alert within the present transaction, which holds its row. */
    void delete(Handle handle, Alert alert, Origin origin) {
        alerts.delete(handle, alert);
        record(handle, origin, "delete", Optional.of(alert), Optional.empty());
        outbox.appendTombstone(handle, alert.tenant(), key(alert));
    }

    /** Holds the row to the end of the transaction: what is decided on is what is changed. */
    Alert lock(Handle handle, TenantId tenant, String idOrName, ChangeRequest request) {
        Alert current =
                alerts.findForUpdate(handle, tenant, idOrName)
                        .orElseThrow(() -> notFound(idOrName));
        if (!request.expected().test(current)) {
            throw new PreconditionFailed(
                    "alert: %s is at revision %d, another one than If-Match names (expected: the ETag of the present revision)"
                            .formatted(current.name(), current.revision()));
        }
        return current;
    }

    static NotFound notFound(String idOrName) {
        String shown = idOrName.length() <= 63 ? idOrName : idOrName.substring(0, 60) + "...";
        return new NotFound(
                "alert: %s does not exist (expected: the id or the name of an alert)"
                        .formatted(shown));
    }

    private void announce(Handle handle, Alert alert) {
        outbox.append(
                handle, alert.tenant(), key(alert), AlertValidator.message(alert.definition()));
    }

    private static String key(Alert alert) {
        return new AlertDefinitionCodec.Key(alert.tenant(), alert.id()).toString();
    }

    private void record(
            Handle handle,
            Origin origin,
            String action,
            Optional<Alert> before,
            Optional<Alert> after) {
        Alert alert = after.or(() -> before).orElseThrow();
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(alert.tenant()),
                        origin,
                        action,
                        "alert",
                        alert.id().toString(),
                        before.map(Alert::toJson),
                        after.map(Alert::toJson)));
    }
}
