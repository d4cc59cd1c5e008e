package io.streamgauge.control.tenantadmin;

import static java.util.stream.Collectors.toUnmodifiableSet;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.database.SqlState;
import io.streamgauge.control.outbox.Outbox;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.PreconditionFailed;
import io.streamgauge.control.rest.VersionTag;
import io.streamgauge.control.tenant.Quota;
import io.streamgauge.control.tenant.UsageSource;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Creates, changes and removes tenants. Each change is one transaction with its entry in the audit
 * log and with the message that tells the jobs; the latter is a trigger's work. Who may do it is
 * for the resource to see.
 */
public final class TenantService {

    private final Database database;
    private final TenantRepository tenants = new TenantRepository();
    private final TierRepository tiers = new TierRepository();
    private final DeletionRepository deletionRows = new DeletionRepository();
    private final TenantDeletions deletions;
    private final Outbox outbox;
    private final AuditLog audit;
    private final UsageSource usage;
    private final Consumer<TenantId> listener;
    private final Clock clock;

    /** A tenant and how far it has got with each quota. */
    record Usage(Tenant tenant, List<QuotaUse> quotas) {}

    /**
     * @param deletions does the work of {@link #delete}
     * @param usage of the quotas that the database does not count
     * @param listener told of each tenant that has changed, after the commit
     */
    public TenantService(
            Database database,
            TenantDeletions deletions,
            Outbox outbox,
            AuditLog audit,
            UsageSource usage,
            Consumer<TenantId> listener,
            Clock clock) {
        this.database = database;
        this.deletions = deletions;
        this.outbox = outbox;
        this.audit = audit;
        this.usage = usage;
        this.listener = listener;
        this.clock = clock;
    }

    /** The tiers, the least first. */
    List<Tier> tiers() {
        return database.inPlatform(tiers::list);
    }

    Set<String> tierNames() {
        return tiers().stream().map(Tier::name).collect(toUnmodifiableSet());
    }

    /** Every tenant, in order of their ids. */
    List<Tenant> list(String afterId, int limit) {
        return database.inPlatform(handle -> tenants.list(handle, afterId, limit));
    }

    /** Those of some that there are, in order of their ids. */
    List<Tenant> list(Collection<TenantId> among, String afterId, int limit) {
        return database.inPlatform(handle -> tenants.list(handle, among, afterId, limit));
    }

    /**
     * @throws NotFound where there is no such tenant
     */
    Tenant get(TenantId tenant) {
        return database.inTenant(tenant, handle -> tenants.find(handle, tenant))
                .orElseThrow(() -> notFound(tenant.value()));
    }

    /**
     * @throws NotFound where there is no such tenant
     */
    Usage usage(TenantId tenant) {
        Usage counted =
                database.inTenant(
                                tenant,
                                handle ->
                                        tenants.find(handle, tenant)
                                                .map(
                                                        it ->
                                                                new Usage(
                                                                        it,
                                                                        tenants.uses(
                                                                                handle, tenant))))
                        .orElseThrow(() -> notFound(tenant.value()));
        Map<Quota, Long> live = usage.used(tenant);
        return new Usage(
                counted.tenant(),
                counted.quotas().stream()
                        .map(
                                use ->
                                        new QuotaUse(
                                                use.quota(),
                                                use.limit(),
                                                use.own(),
                                                use.used()
                                                        .or(
                                                                () ->
                                                                        Optional.ofNullable(
                                                                                live.get(
                                                                                        use
                                                                                                .quota())))))
                        .toList());
    }

    /**
     * Creates a tenant.
     *
     * @throws Conflict where the id is, or was, that of another
     */
    Tenant create(Origin origin, TenantReader.Creation creation) {
        TenantId id = creation.id();
        Tenant created;
        try {
            created =
                    database.inPlatform(
                            handle -> {
                                // For the rows that triggers write under the tenant's policies.
                                Database.enterTenant(handle, id);
                                tenants.insert(handle, id, creation.settings());
                                Tenant tenant = tenants.find(handle, id).orElseThrow();
                                record(handle, origin, "create", Optional.empty(), tenant);
                                return tenant;
                            });
        } catch (UnableToExecuteStatementException e) {
            if (!SqlState.of(e).equals(SqlState.UNIQUE_VIOLATION)) {
                throw e;
            }
            throw idTaken(id);
        }
        changed(id);
        return created;
    }

    /**
     * Changes a tenant. Settings that are the present ones change nothing, the version neither.
     *
     * @param expected whether the present version is the one that the change was made for
     * @throws NotFound where there is no such tenant
     * @throws PreconditionFailed where it is another one
     * @throws Conflict where it is being deleted
     */
    Tenant update(
            Origin origin, TenantId id, Predicate<VersionTag> expected, Tenant.Settings settings) {
        Tenant result =
                database.inPlatform(
                        handle -> {
                            Tenant current = lock(handle, id, expected);
                            if (current.deletingSince().isPresent()) {
                                throw new Conflict(
                                        ErrorCode.BEING_DELETED,
                                        "tenant: %s is being deleted (expected: another tenant)"
                                                .formatted(id));
                            }
                            if (current.settings().equals(settings)) {
                                return current;
                            }
                            tenants.update(handle, id, settings);
                            Tenant next = tenants.find(handle, id).orElseThrow();
                            record(handle, origin, "update", Optional.of(current), next);
                            return next;
                        });
        changed(id);
        return result;
    }

    /**
     * Begins the deletion of a tenant, which from then on nobody can work with. One that has begun
     * already goes on.
     *
     * @throws NotFound where there is no such tenant
     * @throws PreconditionFailed where it is another one than the one to delete
     */
    Deletion delete(Origin origin, TenantId id, Predicate<VersionTag> expected) {
        Deletion deletion =
                database.inPlatform(
                        handle -> {
                            Tenant current = lock(handle, id, expected);
                            if (current.deletingSince().isEmpty()) {
                                Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
                                tenants.beginDeletion(handle, id, now);
                                deletionRows.insert(handle, id, now, origin.actor());
                                Tenant next = tenants.find(handle, id).orElseThrow();
                                record(handle, origin, "delete", Optional.of(current), next);
                            }
                            return deletionRows.find(handle, id).orElseThrow();
                        });
        changed(id);
        deletions.requested();
        return deletion;
    }

    /**
     * How far the deletion of a tenant has come.
     *
     * @throws NotFound where none was asked for
     */
    Deletion deletion(TenantId id) {
        return database.inPlatform(handle -> deletionRows.find(handle, id))
                .orElseThrow(
                        () ->
                                new NotFound(
                                        "deletion: none of tenant %s (expected: a tenant that was deleted)"
                                                .formatted(id)));
    }

    /** The same for a tenant that is missing and for one that may not be seen. */
    static NotFound notFound(String id) {
        String shown = id.length() <= 63 ? id : id.substring(0, 60) + "...";
        return new NotFound(
                "tenant: %s does not exist (expected: the id of a tenant)".formatted(shown));
    }

    /** Holds the row to the end of the transaction: what is decided on is what is changed. */
    private Tenant lock(Handle handle, TenantId id, Predicate<VersionTag> expected) {
        Tenant current = tenants.findForUpdate(handle, id).orElseThrow(() -> notFound(id.value()));
        if (!expected.test(current.tag())) {
            throw new PreconditionFailed(
                    "tenant: %s is at version %d, another one than If-Match names (expected: the ETag of the present version)"
                            .formatted(id, current.version()));
        }
        return current;
    }

    private void record(
            Handle handle, Origin origin, String action, Optional<Tenant> before, Tenant after) {
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(after.id()),
                        origin,
                        action,
                        "tenant",
                        after.id().value(),
                        before.map(TenantJson::of),
                        Optional.of(TenantJson.of(after))));
    }

    private void changed(TenantId tenant) {
        listener.accept(tenant);
        outbox.committed();
    }

    private static Conflict idTaken(TenantId id) {
        String message =
                "%s is, or was, the id of another tenant (expected: a new id)".formatted(id);
        return new Conflict(
                ErrorCode.NAME_TAKEN,
                "id: " + message,
                List.of(new Violation("#/id", "duplicate", message)));
    }
}
