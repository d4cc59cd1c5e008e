package io.streamgauge.control.silence;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.PreconditionFailed;
import io.streamgauge.control.problem.QuotaExceeded;
import io.streamgauge.control.rest.VersionTag;
import io.streamgauge.control.silence.SilenceRepository.Position;
import io.streamgauge.control.tenant.QuotaViolations;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Makes, changes and ends silences. Each change is one transaction with its entry in the audit log.
 */
public final class SilenceService {

    private final Database database;
    private final SilenceRepository silences = new SilenceRepository();
    private final AuditLog audit;
    private final InstantSource clock;
    private final Supplier<UUID> ids;

    public SilenceService(
            Database database, AuditLog audit, InstantSource clock, Supplier<UUID> ids) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.ids = ids;
    }

    /** The present, to the database's precision. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Makes a silence.
     *
     * @throws QuotaExceeded where the tenant has as many as it may have
     */
    Silence create(TenantId tenant, SilenceSpec spec, Origin origin) {
        Instant now = now();
        Silence silence = new Silence(tenant, ids.get(), spec, origin.actor(), 1, now, now);
        try {
            database.useTenant(
                    tenant,
                    handle -> {
                        silences.insert(handle, silence);
                        record(handle, origin, "create", Optional.empty(), Optional.of(silence));
                    });
        } catch (UnableToExecuteStatementException e) {
            throw QuotaViolations.translated(e);
        }
        return silence;
    }

    /**
     * @throws NotFound where there is no such silence
     */
    Silence get(TenantId tenant, UUID id) {
        return database.inTenant(tenant, handle -> silences.find(handle, tenant, id))
                .orElseThrow(() -> notFound(id.toString()));
    }

    /** Silences, those that end last first. */
    List<Silence> list(
            TenantId tenant, Optional<Silence.State> state, Optional<Position> after, int limit) {
        return database.inTenant(
                tenant, handle -> silences.list(handle, tenant, state, now(), after, limit));
    }

    /**
     * Changes a silence. What says the same changes nothing, the version neither.
     *
     * @param expected whether the present version is the one that the change was made for
     * @throws NotFound where there is no such silence
     * @throws PreconditionFailed where the version is another one
     */
    Silence update(
            TenantId tenant,
            UUID id,
            Predicate<VersionTag> expected,
            SilenceSpec spec,
            Origin origin) {
        return change(tenant, id, expected, "update", current -> spec, origin);
    }

    /**
     * Ends a silence now; one that has ended stays as it is. One that has not begun is over before
     * it does.
     *
     * @throws NotFound where there is no such silence
     */
    Silence expire(TenantId tenant, UUID id, Origin origin) {
        Instant now = now();
        return change(
                tenant,
                id,
                any -> true,
                "expire",
                current ->
                        now.isBefore(current.to())
                                ? new SilenceSpec(
                                        current.matchers(),
                                        // It has to begin before it ends.
                                        current.from().isBefore(now)
                                                ? current.from()
                                                : now.minus(1, ChronoUnit.MICROS),
                                        now,
                                        current.reason())
                                : current,
                origin);
    }

    /**
     * Removes a silence, as though it had not been.
     *
     * @throws NotFound where there is no such silence
     * @throws PreconditionFailed where the version is another one
     */
    void delete(TenantId tenant, UUID id, Predicate<VersionTag> expected, Origin origin) {
        database.useTenant(
                tenant,
                handle -> {
                    Silence current = lock(handle, tenant, id, expected);
                    silences.delete(handle, tenant, id);
                    record(handle, origin, "delete", Optional.of(current), Optional.empty());
                });
    }

    static NotFound notFound(String id) {
        return new NotFound(
                "silence: %s does not exist (expected: the id of a silence)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }

    private Silence change(
            TenantId tenant,
            UUID id,
            Predicate<VersionTag> expected,
            String action,
            UnaryOperator<SilenceSpec> change,
            Origin origin) {
        return database.inTenant(
                tenant,
                handle -> {
                    Silence current = lock(handle, tenant, id, expected);
                    SilenceSpec next = change.apply(current.spec());
                    if (sameAs(next, current.spec())) {
                        return current;
                    }
                    Silence changed = current.changedTo(next, now());
                    silences.update(handle, changed);
                    record(handle, origin, action, Optional.of(current), Optional.of(changed));
                    return changed;
                });
    }

    /** Compiled expressions are equal only to themselves, so the JSON is compared. */
    private static boolean sameAs(SilenceSpec one, SilenceSpec other) {
        return one.from().equals(other.from())
                && one.to().equals(other.to())
                && one.reason().equals(other.reason())
                && Silence.toJson(one.matchers()).equals(Silence.toJson(other.matchers()));
    }

    /** Holds the row to the end of the transaction: what is decided on is what is changed. */
    private Silence lock(Handle handle, TenantId tenant, UUID id, Predicate<VersionTag> expected) {
        Silence current =
                silences.findForUpdate(handle, tenant, id)
                        .orElseThrow(() -> notFound(id.toString()));
        if (!expected.test(current.tag())) {
            throw new PreconditionFailed(
                    "silence: %s is at version %d, another one than If-Match names (expected: the ETag of the present version)"
                            .formatted(id, current.version()));
        }
        return current;
    }

    private void record(
            Handle handle,
            Origin origin,
            String action,
            Optional<Silence> before,
            Optional<Silence> after) {
        Silence silence = after.or(() -> before).orElseThrow();
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(silence.tenant()),
                        origin,
                        action,
                        "silence",
                        silence.id().toString(),
                        before.map(Silence::toJson),
                        after.map(Silence::toJson)));
    }
}
