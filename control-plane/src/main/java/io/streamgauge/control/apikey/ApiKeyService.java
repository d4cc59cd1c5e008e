package io.streamgauge.control.apikey;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.database.SqlState;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.PreconditionFailed;
import io.streamgauge.control.problem.QuotaExceeded;
import io.streamgauge.control.rest.VersionTag;
import io.streamgauge.control.tenant.QuotaViolations;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;

/**
 * Makes, changes and revokes API keys. Each change is one transaction with its entry in the audit
 * log, which never has a secret in it. The secret of a key leaves this class once, with the key
 * that was just made, and is kept nowhere.
 */
public final class ApiKeyService {

    private final Database database;
    private final ApiKeyRepository keys = new ApiKeyRepository();
    private final AuditLog audit;
    private final Clock clock;
    private final Supplier<UUID> ids;
    private final SecureRandom random;
    private final Consumer<String> changed;

    /** A key that was just made, and its text, which cannot be had again. */
    record Issued(ApiKey key, KeyText text) {}

    /**
     * @param ids makes the ids of new keys; never the same twice
     * @param changed told the prefix of each key after it has changed: to let those forget it who
     *     believe it, here and elsewhere
     */
    public ApiKeyService(
            Database database,
            AuditLog audit,
            Clock clock,
            Supplier<UUID> ids,
            SecureRandom random,
            Consumer<String> changed) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.ids = ids;
        this.random = random;
        this.changed = changed;
    }

    /**
     * Makes a key.
     *
     * @throws Conflict where the tenant has one of this name
     * @throws QuotaExceeded where it has as many as it may have
     */
    Issued create(TenantId tenant, ApiKeySpec spec, Origin origin) {
        KeyText text = KeyText.random(random);
        ApiKey key =
                new ApiKey(
                        tenant,
                        ids.get(),
                        spec,
                        text.prefix(),
                        1,
                        origin.actor(),
                        clock.instant().truncatedTo(ChronoUnit.MILLIS));
        try {
            database.useTenant(
                    tenant,
                    handle -> {
                        keys.insert(handle, key, text.hash());
                        record(handle, origin, "create", Optional.empty(), Optional.of(key));
                    });
        } catch (UnableToExecuteStatementException e) {
            throw translated(e, spec.name());
        }
        changed.accept(key.prefix());
        return new Issued(key, text);
    }

    /**
     * @throws NotFound where there is no such key
     */
    ApiKey get(TenantId tenant, UUID id) {
        return database.inTenant(tenant, handle -> keys.find(handle, tenant, id))
                .orElseThrow(() -> notFound(id.toString()));
    }

    /** Keys in order of their names. */
    List<ApiKey> list(TenantId tenant, String afterName, int limit) {
        return database.inTenant(tenant, handle -> keys.list(handle, tenant, afterName, limit));
    }

    /**
     * Changes a key; its secret stays. What says the same changes nothing, the version neither.
     *
     * @param expected whether the present version is the one that the change was made for
     * @throws NotFound where there is no such key
     * @throws PreconditionFailed where the version is another one
     * @throws Conflict where another key of the tenant has the new name
     */
    ApiKey update(
            TenantId tenant,
            UUID id,
            Predicate<VersionTag> expected,
            ApiKeySpec spec,
            Origin origin) {
        ApiKey result;
        try {
            result =
                    database.inTenant(
                            tenant,
                            handle -> {
                                ApiKey current = lock(handle, tenant, id, expected);
                                if (current.spec().equals(spec)) {
                                    return current;
                                }
                                ApiKey next = current.changedTo(spec);
                                keys.update(handle, next);
                                record(
                                        handle,
                                        origin,
                                        "update",
                                        Optional.of(current),
                                        Optional.of(next));
                                return next;
                            });
        } catch (UnableToExecuteStatementException e) {
            throw translated(e, spec.name());
        }
        changed.accept(result.prefix());
        return result;
    }

    /**
     * Revokes a key for good. It is not believed here any more when this returns.
     *
     * @throws NotFound where there is no such key
     * @throws PreconditionFailed where the version is another one
     */
    void delete(TenantId tenant, UUID id, Predicate<VersionTag> expected, Origin origin) {
        String prefix =
                database.inTenant(
                        tenant,
                        handle -> {
                            ApiKey current = lock(handle, tenant, id, expected);
                            keys.delete(handle, tenant, id);
                            record(
                                    handle,
                                    origin,
                                    "delete",
                                    Optional.of(current),
                                    Optional.empty());
                            return current.prefix();
                        });
        changed.accept(prefix);
    }

    static NotFound notFound(String id) {
        return new NotFound(
                "API key: %s does not exist (expected: the id of an API key)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }

    /** Holds the row to the end of the transaction: what is decided on is what is changed. */
    private ApiKey lock(Handle handle, TenantId tenant, UUID id, Predicate<VersionTag> expected) {
        ApiKey current =
                keys.findForUpdate(handle, tenant, id).orElseThrow(() -> notFound(id.toString()));
        if (!expected.test(current.tag())) {
            throw new PreconditionFailed(
                    "API key: %s is at version %d, another one than If-Match names (expected: the ETag of the present version)"
                            .formatted(id, current.version()));
        }
        return current;
    }

    private void record(
            Handle handle,
            Origin origin,
            String action,
            Optional<ApiKey> before,
            Optional<ApiKey> after) {
        ApiKey key = after.or(() -> before).orElseThrow();
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(key.tenant()),
                        origin,
                        action,
                        "api-key",
                        key.id().toString(),
                        before.map(ApiKey::toJson),
                        after.map(ApiKey::toJson)));
    }

    private static RuntimeException translated(
            UnableToExecuteStatementException failure, String name) {
        if (!SqlState.of(failure).equals(SqlState.UNIQUE_VIOLATION)) {
            return QuotaViolations.translated(failure);
        }
        String message = "%s is the name of another API key".formatted(name);
        return new Conflict(
                ErrorCode.NAME_TAKEN,
                "name: %s (expected: a new name)".formatted(message),
                List.of(new Violation("#/name", "duplicate", message)));
    }
}
