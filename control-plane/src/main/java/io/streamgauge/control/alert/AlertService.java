package io.streamgauge.control.alert;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.database.SqlState;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.PreconditionFailed;
import io.streamgauge.control.problem.QuotaExceeded;
import io.streamgauge.control.stream.StreamService;
import io.streamgauge.control.tenant.QuotaViolations;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Creates, changes and removes alerts. What is saved compiles: it has passed the reader, the check
 * against its stream, which is held meanwhile, and the compiler of the jobs.
 */
public final class AlertService {

    private final AlertReader reader;
    private final AlertValidator validator;
    private final AlertWriter writer;
    private final Clock clock;
    private final Supplier<UUID> ids;

    /**
     * @param ids makes the ids of new alerts; never the same twice
     */
    public AlertService(
            Database database,
            StreamService streams,
            Outbox outbox,
            AuditLog audit,
            Clock clock,
            Supplier<UUID> ids) {
        AlertRepository alerts = new AlertRepository();
        this.reader = new AlertReader(database);
        this.validator = new AlertValidator(streams, alerts, new CompiledRuleCheck());
        this.writer = new AlertWriter(database, alerts, outbox, audit);
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Creates an alert.
     *
     * @throws InvalidRequest where it does not fit what it refers to
     * @throws Conflict where the tenant has one of this name
     * @throws QuotaExceeded where it has as many as it may have
     */
    Outcome create(TenantId tenant, AlertSpec spec, String note, boolean dryRun, Origin origin) {
        try {
            return writer.transaction(
                    tenant,
                    dryRun,
                    handle -> {
                        AlertValidator.References references =
                                validator.check(handle, tenant, spec);
                        Instant now = now();
                        Alert created =
                                new Alert(
                                        tenant,
                                        new AlertId(ids.get()),
                                        references.stream().map(StreamDefinition::id),
                                        references.members(),
                                        List.of(
                                                new AlertVersion(
                                                        1, AlertVersion.Mode.ACTIVE, spec)),
                                        1,
                                        false,
                                        1,
                                        now,
                                        now);
                        VersionRecord first = new VersionRecord(1, spec, now, origin.actor(), note);
                        writer.insert(handle, created, first, origin);
                        return outcome(created, Optional.of(first), spec, references);
                    });
        } catch (UnableToExecuteStatementException e) {
            throw translated(e, spec.name());
        }
    }

    /**
     * Changes an alert. A specification that says the same changes nothing.
     *
     * @throws NotFound where there is no such alert
     * @throws PreconditionFailed where it is at another revision
     * @throws InvalidRequest where the specification does not fit what it refers to
     * @throws Conflict where it changes what cannot change, or what a composite relies on
     */
    Outcome update(TenantId tenant, String idOrName, AlertSpec spec, ChangeRequest request) {
        return writer.change(
                tenant,
                idOrName,
                request,
                "update",
                (handle, current) -> activate(handle, current, spec, request));
    }

    /**
     * Makes a version's specification the active one again, as a new version.
     *
     * @throws NotFound where there is no such alert or version
     * @throws Conflict where the specification is not valid any more
     */
    Outcome restore(TenantId tenant, String idOrName, long number, ChangeRequest request) {
        return writer.change(
                tenant,
                idOrName,
                request,
                "restore",
                (handle, current) -> {
                    AlertSpec spec = reader.version(handle, current, number).spec();
                    return stillValid(() -> activate(handle, current, spec, request));
                });
    }

    /**
     * Stops an alert, or lets it go on from the beginning. What is so already is not changed.
     *
     * @throws NotFound where there is no such alert
     */
    Outcome pause(TenantId tenant, String idOrName, boolean paused, ChangeRequest request) {
        return writer.change(
                tenant,
                idOrName,
                request,
                paused ? "pause" : "resume",
                (handle, current) ->
                        Outcome.of(
                                current.paused() == paused
                                        ? current
                                        : AlertEvolution.of(current, now()).paused(paused)));
    }

    /**
     * Lets a specification be judged beside the active one, in the place of any that was.
     *
     * @throws NotFound where there is no such alert
     * @throws InvalidRequest where the specification does not fit what it refers to
     */
    Outcome shadow(TenantId tenant, String idOrName, AlertSpec spec, ChangeRequest request) {
        return writer.change(
                tenant,
                idOrName,
                request,
                "shadow",
                (handle, current) -> {
                    AlertValidator.References references =
                            validator.checkChange(handle, current, spec);
                    if (current.shadow().filter(it -> it.spec().equals(spec)).isPresent()) {
                        return outcome(current, Optional.empty(), spec, references);
                    }
                    Alert next =
                            AlertEvolution.of(current, now()).shadowed(spec, references.members());
                    return outcome(next, added(next, spec, request), spec, references);
                });
    }

    /**
     * Ends what is judged beside the active version.
     *
     * @throws NotFound where there is no such alert, or it has no shadow
     */
    void removeShadow(TenantId tenant, String idOrName, ChangeRequest request) {
        Outcome unused =
                writer.change(
                        tenant,
                        idOrName,
                        request,
                        "remove-shadow",
                        (handle, current) -> {
                            requireShadow(current);
                            return Outcome.of(AlertEvolution.of(current, now()).withoutShadow());
                        });
    }

    /**
     * Makes the shadow's specification the active one, as a new version.
     *
     * @throws NotFound where there is no such alert, or it has no shadow
     * @throws Conflict where it changes what a composite relies on
     */
    Outcome promote(TenantId tenant, String idOrName, ChangeRequest request) {
        return writer.change(
                tenant,
                idOrName,
                request,
                "promote",
                (handle, current) -> {
                    AlertSpec spec = shadowOf(current).spec();
                    return stillValid(
                            () -> {
                                AlertValidator.References references =
                                        validator.checkChange(handle, current, spec);
                                validator.refuseOtherKeys(handle, current, spec);
                                Alert next =
                                        AlertEvolution.of(current, now())
                                                .promoted(
                                                        spec,
                                                        references.members(),
                                                        request.onChange());
                                return outcome(next, added(next, spec, request), spec, references);
                            });
                });
    }

    /**
     * Removes an alert; what came of it stays.
     *
     * @throws NotFound where there is no such alert
     * @throws PreconditionFailed where it is at another revision
     * @throws Conflict where a composite names it
     */
    void delete(TenantId tenant, String idOrName, ChangeRequest request) {
        Outcome unused =
                writer.transaction(
                        tenant,
                        request.dryRun(),
                        handle -> {
                            Alert current = writer.lock(handle, tenant, idOrName, request);
                            validator.refuseMember(handle, current, "cannot be deleted", List.of());
                            writer.delete(handle, current, request.origin());
                            return Outcome.of(current);
                        });
    }

    private Outcome activate(Handle handle, Alert current, AlertSpec spec, ChangeRequest request) {
        AlertValidator.References references = validator.checkChange(handle, current, spec);
        if (current.spec().equals(spec)) {
            return outcome(current, Optional.empty(), spec, references);
        }
        validator.refuseOtherKeys(handle, current, spec);
        Alert next =
                AlertEvolution.of(current, now())
                        .activated(spec, references.members(), request.onChange());
        return outcome(next, added(next, spec, request), spec, references);
    }

    /** Of what was valid once nothing is wrong with the request where it is not any more. */
    private static Outcome stillValid(Supplier<Outcome> change) {
        try {
            return change.get();
        } catch (InvalidRequest e) {
            throw new Conflict(
                    ErrorCode.NO_LONGER_VALID,
                    "version: not valid any more: " + e.getMessage(),
                    e.violations());
        }
    }

    private static void requireShadow(Alert alert) {
        AlertVersion unused = shadowOf(alert);
    }

    private static AlertVersion shadowOf(Alert alert) {
        return alert.shadow()
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "shadow: alert %s has none (expected: one)"
                                                .formatted(alert.name())));
    }

    private Outcome outcome(
            Alert alert,
            Optional<VersionRecord> added,
            AlertSpec spec,
            AlertValidator.References references) {
        return new Outcome(
                alert,
                added,
                Optional.of(
                        AlertPreview.of(
                                spec, references.stream().map(StreamDefinition::spec), now())));
    }

    private static Optional<VersionRecord> added(
            Alert next, AlertSpec spec, ChangeRequest request) {
        return Optional.of(
                new VersionRecord(
                        next.lastVersion(),
                        spec,
                        next.updatedAt(),
                        request.origin().actor(),
                        request.note()));
    }

    private static RuntimeException translated(
            UnableToExecuteStatementException failure, String name) {
        if (!SqlState.of(failure).equals(SqlState.UNIQUE_VIOLATION)) {
            return QuotaViolations.translated(failure);
        }
        String message = "%s is the name of another alert".formatted(name);
        return new Conflict(
                ErrorCode.NAME_TAKEN,
                "name: %s (expected: a new name)".formatted(message),
                List.of(new Violation("#/name", "duplicate", message)));
    }

    /** To the millisecond: what the database stores and what the response says are the same. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
