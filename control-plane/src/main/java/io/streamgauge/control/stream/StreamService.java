package io.streamgauge.control.stream;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.contracts.stream.StreamEvolution;
import io.streamgauge.contracts.stream.StreamSpec;
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
import io.streamgauge.control.problem.QuotaExceeded;
import io.streamgauge.control.tenant.QuotaViolations;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Creates, changes and removes streams. Each change is one transaction with the message that tells
 * the jobs of it, and with its entry in the audit log.
 */
public final class StreamService {

    /** As many as one reads. */
    private static final int NAMED_USERS = 10;

    private final Database database;
    private final StreamRepository streams = new StreamRepository();
    private final StreamCatalog catalog;
    private final StreamUsers users;
    private final Outbox outbox;
    private final AuditLog audit;
    private final Clock clock;
    private final Supplier<UUID> ids;

    /**
     * @param catalog told of every change
     * @param users what may speak against a change
     * @param ids makes the ids of new streams; never the same twice
     */
    public StreamService(
            Database database,
            StreamCatalog catalog,
            StreamUsers users,
            Outbox outbox,
            AuditLog audit,
            Clock clock,
            Supplier<UUID> ids) {
        this.database = database;
        this.catalog = catalog;
        this.users = users;
        this.outbox = outbox;
        this.audit = audit;
        this.clock = clock;
        this.ids = ids;
    }

    /**
     * Creates a stream.
     *
     * @throws Conflict where the tenant has one of this name
     * @throws QuotaExceeded where it has as many as it may have
     */
    StreamDefinition create(TenantId tenant, StreamSpec spec, Origin origin) {
        Instant now = now();
        StreamDefinition created =
                new StreamDefinition(tenant, new StreamId(ids.get()), spec, 1, now, now);
        try {
            database.useTenant(
                    tenant,
                    handle -> {
                        streams.insert(handle, created);
                        record(handle, origin, "create", Optional.empty(), Optional.of(created));
                        announce(handle, created);
                    });
        } catch (UnableToExecuteStatementException e) {
            throw translated(e, spec.name());
        }
        changed();
        return created;
    }

    /**
     * @throws NotFound where there is no such stream
     */
    StreamDefinition get(TenantId tenant, String idOrName) {
        return database.inTenant(tenant, handle -> streams.find(handle, tenant, idOrName))
                .orElseThrow(() -> StreamCatalog.notFound(idOrName));
    }

    /** The ids of all streams of a tenant. */
    public List<StreamId> ids(TenantId tenant) {
        return database.inTenant(tenant, handle -> streams.ids(handle, tenant));
    }

    /**
     * A stream, which stays as it is until the transaction ends; empty where there is none. For
     * those who make something of streams.
     */
    public Optional<StreamDefinition> hold(Handle handle, TenantId tenant, String idOrName) {
        return streams.findForShare(handle, tenant, idOrName);
    }

    /**
     * As {@link #hold}, by one transaction at a time: for what is published under a key of the
     * stream's. Does not keep results from being stored.
     */
    public Optional<StreamDefinition> holdAlone(Handle handle, TenantId tenant, String idOrName) {
        return streams.findForNoKeyUpdate(handle, tenant, idOrName);
    }

    /** Streams in order of their names. */
    List<StreamDefinition> list(TenantId tenant, String afterName, int limit) {
        return database.inTenant(tenant, handle -> streams.list(handle, tenant, afterName, limit));
    }

    /**
     * Changes a stream. A specification that says the same changes nothing, the version neither.
     *
     * @param expected whether the present definition is the one that the change was made for
     * @throws NotFound where there is no such stream
     * @throws PreconditionFailed where the definition is another one
     * @throws Conflict where the change would make existing data unreadable, or break an alert
     */
    StreamDefinition update(
            TenantId tenant,
            String idOrName,
            Predicate<StreamDefinition> expected,
            StreamSpec spec,
            Origin origin) {
        StreamDefinition result =
                database.inTenant(
                        tenant,
                        handle -> {
                            StreamDefinition current = lock(handle, tenant, idOrName, expected);
                            if (current.spec().equals(spec)) {
                                return current;
                            }
                            refuseIncompatible(handle, current, spec);
                            StreamDefinition next =
                                    new StreamDefinition(
                                            tenant,
                                            current.id(),
                                            spec,
                                            current.version() + 1,
                                            current.createdAt(),
                                            now());
                            streams.update(handle, next);
                            record(
                                    handle,
                                    origin,
                                    "update",
                                    Optional.of(current),
                                    Optional.of(next));
                            announce(handle, next);
                            return next;
                        });
        changed();
        return result;
    }

    /**
     * Removes a stream and everything that is stored of it.
     *
     * @throws NotFound where there is no such stream
     * @throws PreconditionFailed where the definition is another one
     * @throws Conflict where something uses it
     */
    void delete(
            TenantId tenant, String idOrName, Predicate<StreamDefinition> expected, Origin origin) {
        database.useTenant(
                tenant,
                handle -> {
                    StreamDefinition current = lock(handle, tenant, idOrName, expected);
                    refuseUsed(handle, current);
                    List<String> told = StreamTombstones.of(handle, tenant, current.id());
                    streams.delete(handle, tenant, current.id());
                    record(handle, origin, "delete", Optional.of(current), Optional.empty());
                    told.forEach(key -> outbox.appendTombstone(handle, tenant, key));
                });
        changed();
    }

    /** Holds the row to the end of the transaction: what is decided on is what is changed. */
    private StreamDefinition lock(
            Handle handle, TenantId tenant, String idOrName, Predicate<StreamDefinition> expected) {
        StreamDefinition current =
                streams.findForUpdate(handle, tenant, idOrName)
                        .orElseThrow(() -> StreamCatalog.notFound(idOrName));
        if (!expected.test(current)) {
            throw new PreconditionFailed(
                    "stream: %s is at version %d, another one than If-Match names (expected: the ETag of the present version)"
                            .formatted(current.name(), current.version()));
        }
        return current;
    }

    private void refuseIncompatible(Handle handle, StreamDefinition current, StreamSpec next) {
        List<Violation> violations =
                new ArrayList<>(StreamEvolution.violations(current.spec(), next));
        violations.addAll(users.brokenBy(handle, current, next));
        if (!violations.isEmpty()) {
            throw new Conflict(
                    ErrorCode.INCOMPATIBLE_CHANGE,
                    "stream: %s cannot change so: %s"
                            .formatted(current.name(), violations.getFirst().message()),
                    violations);
        }
    }

    private void refuseUsed(Handle handle, StreamDefinition stream) {
        List<String> names = users.of(handle, stream.tenant(), stream.id());
        if (!names.isEmpty()) {
            throw new Conflict(
                    ErrorCode.IN_USE,
                    "stream: %s is used by %s%s (expected: by nothing)"
                            .formatted(
                                    stream.name(),
                                    String.join(
                                            ", ",
                                            names.subList(0, Math.min(names.size(), NAMED_USERS))),
                                    names.size() > NAMED_USERS
                                            ? " and %d more".formatted(names.size() - NAMED_USERS)
                                            : ""));
        }
    }

    private void record(
            Handle handle,
            Origin origin,
            String action,
            Optional<StreamDefinition> before,
            Optional<StreamDefinition> after) {
        StreamDefinition stream = after.or(() -> before).orElseThrow();
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(stream.tenant()),
                        origin,
                        action,
                        "stream",
                        stream.id().toString(),
                        before.map(StreamDefinitionCodec::toJson),
                        after.map(StreamDefinitionCodec::toJson)));
    }

    private void announce(Handle handle, StreamDefinition definition) {
        outbox.append(
                handle,
                definition.tenant(),
                key(definition),
                StreamDefinitionCodec.toBytes(definition));
    }

    private void changed() {
        catalog.changed();
        outbox.committed();
    }

    private static String key(StreamDefinition definition) {
        return new StreamDefinitionCodec.Key(definition.tenant(), definition.id()).toString();
    }

    private static RuntimeException translated(
            UnableToExecuteStatementException failure, String name) {
        return SqlState.of(failure).equals(SqlState.UNIQUE_VIOLATION)
                ? nameTaken(name)
                : QuotaViolations.translated(failure);
    }

    private static Conflict nameTaken(String name) {
        return new Conflict(
                ErrorCode.NAME_TAKEN,
                "name: %s is the name of another stream (expected: a new name)".formatted(name),
                List.of(
                        new Violation(
                                "#/name",
                                "duplicate",
                                "%s is the name of another stream".formatted(name))));
    }

    /** To the millisecond: what the database stores and what the response says are the same. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
