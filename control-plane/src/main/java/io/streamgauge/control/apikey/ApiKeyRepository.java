package io.streamgauge.control.apikey;

import static java.util.stream.Collectors.joining;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.Scope;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Rows of API keys. Every query names the tenant, although row-level security would do. */
final class ApiKeyRepository {

    private static final String SELECT =
            """
            SELECT tenant_id, id, name, prefix, array_to_string(scopes, ' ') AS scopes, version,
                created_by, created_at, expires_at
            FROM api_keys
            """;

    Optional<ApiKey> find(Handle handle, TenantId tenant, UUID id) {
        return find(handle, tenant, id, "");
    }

    /** As {@link #find}, and keeps others from changing the row until this transaction ends. */
    Optional<ApiKey> findForUpdate(Handle handle, TenantId tenant, UUID id) {
        return find(handle, tenant, id, " FOR UPDATE");
    }

    /** Keys in order of their names, those after a name; all where it is empty. */
    List<ApiKey> list(Handle handle, TenantId tenant, String afterName, int limit) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE tenant_id = :tenant AND name COLLATE "C" > :after
                                ORDER BY name COLLATE "C" LIMIT :limit\
                                """)
                .bind("tenant", tenant.value())
                .bind("after", afterName)
                .bind("limit", limit)
                .map(ApiKeyRepository::key)
                .list();
    }

    /**
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException with SQL state 23505
     *     where the tenant has a key of this name
     */
    void insert(Handle handle, ApiKey key, byte[] secretHash) {
        handle.createUpdate(
                        """
                        INSERT INTO api_keys (tenant_id, id, name, prefix, secret_hash, scopes,
                            version, created_by, created_at, expires_at)
                        VALUES (:tenant, :id, :name, :prefix, :hash, string_to_array(:scopes, ' '),
                            :version, :createdBy, :createdAt, :expiresAt)\
                        """)
                .bind("tenant", key.tenant().value())
                .bind("id", key.id())
                .bind("name", key.spec().name())
                .bind("prefix", key.prefix())
                .bind("hash", secretHash)
                .bind("scopes", text(key.spec().scopes()))
                .bind("version", key.version())
                .bind("createdBy", key.createdBy())
                .bind("createdAt", key.createdAt().atOffset(ZoneOffset.UTC))
                .bind("expiresAt", atUtc(key.spec().expiresAt()))
                .execute();
    }

    /**
     * Writes what can change.
     *
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException as {@link #insert} does
     */
    void update(Handle handle, ApiKey key) {
        handle.createUpdate(
                        """
                        UPDATE api_keys
                        SET name = :name, scopes = string_to_array(:scopes, ' '),
                            version = :version, expires_at = :expiresAt
                        WHERE tenant_id = :tenant AND id = :id\
                        """)
                .bind("tenant", key.tenant().value())
                .bind("id", key.id())
                .bind("name", key.spec().name())
                .bind("scopes", text(key.spec().scopes()))
                .bind("version", key.version())
                .bind("expiresAt", atUtc(key.spec().expiresAt()))
                .execute();
    }

    void delete(Handle handle, TenantId tenant, UUID id) {
        handle.createUpdate("DELETE FROM api_keys WHERE tenant_id = :tenant AND id = :id")
                .bind("tenant", tenant.value())
                .bind("id", id)
                .execute();
    }

    /** Scopes by their names, with a blank between each two; others than ours are left out. */
    static Set<Scope> scopes(String text) {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String name : text.split(" ", -1)) {
            Scope.ofWireName(name).ifPresent(scopes::add);
        }
        return scopes;
    }

    private static Optional<ApiKey> find(Handle handle, TenantId tenant, UUID id, String lock) {
        return handle.createQuery(SELECT + "WHERE tenant_id = :tenant AND id = :id" + lock)
                .bind("tenant", tenant.value())
                .bind("id", id)
                .map(ApiKeyRepository::key)
                .findOne();
    }

    private static ApiKey key(ResultSet row, StatementContext context) throws SQLException {
        return new ApiKey(
                new TenantId(row.getString("tenant_id")),
                row.getObject("id", UUID.class),
                new ApiKeySpec(
                        row.getString("name"),
                        scopes(row.getString("scopes")),
                        Optional.ofNullable(row.getObject("expires_at", OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant)),
                row.getString("prefix"),
                row.getLong("version"),
                row.getString("created_by"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }

    private static String text(Set<Scope> scopes) {
        return scopes.stream().sorted().map(Scope::wireName).collect(joining(" "));
    }

    private static @Nullable OffsetDateTime atUtc(Optional<Instant> instant) {
        return instant.map(it -> it.atOffset(ZoneOffset.UTC)).orElse(null);
    }
}
