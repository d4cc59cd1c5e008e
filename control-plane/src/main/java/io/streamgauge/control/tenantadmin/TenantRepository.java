package io.streamgauge.control.tenantadmin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.tenant.Quota;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/**
 * Rows of tenants, with their quotas. Triggers of the tables set version and times, and write the
 * message that tells the jobs: what is not done here cannot be forgotten elsewhere.
 */
final class TenantRepository {

    private static final String SELECT =
            """
            SELECT t.id, t.name, t.tier, t.active, t.version, t.created_at, t.updated_at,
                t.deleting_since,
                (SELECT CAST(json_object_agg(r.resource_type, r.quota_limit) AS text)
                    FROM tenant_resources r
                    WHERE r.tenant_id = t.id AND r.quota_limit IS NOT NULL) AS quotas
            FROM tenants t
            """;

    Optional<Tenant> find(Handle handle, TenantId tenant) {
        return handle.createQuery(SELECT + "WHERE t.id = :tenant")
                .bind("tenant", tenant.value())
                .map(TenantRepository::tenant)
                .findOne();
    }

    /** As {@link #find}, and keeps others from changing it until this transaction ends. */
    Optional<Tenant> findForUpdate(Handle handle, TenantId tenant) {
        boolean there =
                handle.createQuery("SELECT true FROM tenants WHERE id = :tenant FOR UPDATE")
                        .bind("tenant", tenant.value())
                        .mapTo(Boolean.class)
                        .findOne()
                        .isPresent();
        // In a statement of its own: of the quotas, too, it sees what the lock was waited for.
        return there ? find(handle, tenant) : Optional.empty();
    }

    /** Tenants in order of their ids, those after one; all where it is empty. */
    List<Tenant> list(Handle handle, String afterId, int limit) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE t.id COLLATE "C" > :after
                                ORDER BY t.id COLLATE "C" LIMIT :limit\
                                """)
                .bind("after", afterId)
                .bind("limit", limit)
                .map(TenantRepository::tenant)
                .list();
    }

    /** As {@link #list(Handle, String, int)}, only some. */
    List<Tenant> list(Handle handle, Collection<TenantId> among, String afterId, int limit) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE t.id = ANY (:among) AND t.id COLLATE "C" > :after
                                ORDER BY t.id COLLATE "C" LIMIT :limit\
                                """)
                .bindArray("among", String.class, among.stream().map(TenantId::value).toList())
                .bind("after", afterId)
                .bind("limit", limit)
                .map(TenantRepository::tenant)
                .list();
    }

    /**
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException with SQL state 23505
     *     where the id is, or was, that of a tenant
     */
    void insert(Handle handle, TenantId tenant, Tenant.Settings settings) {
        handle.createUpdate(
                        """
                        INSERT INTO tenants (id, name, tier, active)
                        VALUES (:tenant, :name, :tier, :active)\
                        """)
                .bind("tenant", tenant.value())
                .bind("name", settings.name())
                .bind("tier", settings.tier())
                .bind("active", settings.active())
                .execute();
        setQuotas(handle, tenant, settings.quotas());
    }

    void update(Handle handle, TenantId tenant, Tenant.Settings settings) {
        handle.createUpdate(
                        """
                        UPDATE tenants SET name = :name, tier = :tier, active = :active
                        WHERE id = :tenant\
                        """)
                .bind("tenant", tenant.value())
                .bind("name", settings.name())
                .bind("tier", settings.tier())
                .bind("active", settings.active())
                .execute();
        setQuotas(handle, tenant, settings.quotas());
    }

    /** From here on nobody works with it; the jobs hear of it with the commit. */
    void beginDeletion(Handle handle, TenantId tenant, Instant now) {
        handle.createUpdate(
                        """
                        UPDATE tenants SET active = false, deleting_since = :now
                        WHERE id = :tenant\
                        """)
                .bind("tenant", tenant.value())
                .bind("now", now.atOffset(ZoneOffset.UTC))
                .execute();
    }

    /** Every quota: its limit, and what is used of it where the database counts that. */
    List<QuotaUse> uses(Handle handle, TenantId tenant) {
        Map<Quota, QuotaUse> uses = new EnumMap<>(Quota.class);
        handle.createQuery(
                        """
                        SELECT r.resource_type, r.quota_limit AS own, r.quota_used,
                            coalesce(q.quota_limit, 0) AS of_tier
                        FROM tenants t
                        JOIN tenant_resources r ON r.tenant_id = t.id
                        LEFT JOIN tier_quotas q
                            ON q.tier = t.tier AND q.resource_type = r.resource_type
                        WHERE t.id = :tenant\
                        """)
                .bind("tenant", tenant.value())
                .map((row, context) -> use(row))
                .forEach(found -> found.ifPresent(use -> uses.put(use.quota(), use)));
        return List.copyOf(uses.values());
    }

    private static void setQuotas(Handle handle, TenantId tenant, Map<Quota, Long> quotas) {
        List<Quota> names = List.copyOf(quotas.keySet());
        handle.createUpdate(
                        """
                        UPDATE tenant_resources r SET quota_limit = wanted.quota_limit
                        FROM tenant_resources present
                        LEFT JOIN unnest(CAST(:names AS text[]), CAST(:limits AS bigint[]))
                            AS wanted (resource_type, quota_limit) USING (resource_type)
                        WHERE present.tenant_id = :tenant AND r.tenant_id = present.tenant_id
                            AND r.resource_type = present.resource_type
                            AND r.quota_limit IS DISTINCT FROM wanted.quota_limit\
                        """)
                .bind("tenant", tenant.value())
                .bindArray("names", String.class, names.stream().map(Quota::wireName).toList())
                .bindArray("limits", Long.class, names.stream().map(quotas::get).toList())
                .execute();
    }

    private static Optional<QuotaUse> use(ResultSet row) throws SQLException {
        Optional<Quota> quota = Quota.ofWireName(row.getString("resource_type"));
        if (quota.isEmpty()) {
            return Optional.empty(); // of a later release
        }
        Long own = row.getObject("own", Long.class);
        return Optional.of(
                new QuotaUse(
                        quota.get(),
                        own == null ? row.getLong("of_tier") : own,
                        own != null,
                        quota.get().isCounted()
                                ? Optional.of(row.getLong("quota_used"))
                                : Optional.empty()));
    }

    private static Tenant tenant(ResultSet row, StatementContext context) throws SQLException {
        OffsetDateTime deletingSince = row.getObject("deleting_since", OffsetDateTime.class);
        return new Tenant(
                new TenantId(row.getString("id")),
                new Tenant.Settings(
                        row.getString("name"),
                        row.getString("tier"),
                        row.getBoolean("active"),
                        quotas(row.getString("quotas"))),
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                row.getObject("updated_at", OffsetDateTime.class).toInstant(),
                Optional.ofNullable(deletingSince).map(OffsetDateTime::toInstant));
    }

    private static Map<Quota, Long> quotas(@Nullable String text) throws SQLException {
        Map<Quota, Long> quotas = new EnumMap<>(Quota.class);
        if (text == null) {
            return quotas;
        }
        try {
            for (Map.Entry<String, JsonNode> entry : Json.mapper().readTree(text).properties()) {
                Quota.ofWireName(entry.getKey())
                        .ifPresent(quota -> quotas.put(quota, entry.getValue().longValue()));
            }
        } catch (JsonProcessingException e) {
            throw new SQLException("quotas: not JSON", e);
        }
        return quotas;
    }
}
