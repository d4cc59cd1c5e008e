package io.streamgauge.control.member;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.auth.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Rows of memberships, with the users that they are about. Every query names the tenant. */
final class MemberRepository {

    private static final String SELECT =
            """
            SELECT m.tenant_id, m.user_id, u.issuer, u.subject, m.name, m.role, m.version,
                m.created_at
            FROM memberships m JOIN users u ON u.id = m.user_id
            """;

    /** The place of a member in the list. */
    record Position(String subject, UUID userId) {

        static final Position START = new Position("", new UUID(0, 0));
    }

    /** The id of a user, who is registered where they were unknown. */
    UUID userId(Handle handle, String issuer, String subject) {
        return handle.createQuery("SELECT ensure_user(:issuer, :subject)")
                .bind("issuer", issuer)
                .bind("subject", subject)
                .mapTo(UUID.class)
                .one();
    }

    Optional<Member> find(Handle handle, TenantId tenant, UUID userId) {
        return find(handle, tenant, userId, "");
    }

    /** As {@link #find}, and keeps others from changing the row until this transaction ends. */
    Optional<Member> findForUpdate(Handle handle, TenantId tenant, UUID userId) {
        return find(handle, tenant, userId, " FOR UPDATE OF m");
    }

    /** Members in order of their subjects, those after a place. */
    List<Member> list(Handle handle, TenantId tenant, Position after, int limit) {
        return handle.createQuery(
                        SELECT
                                + """
                                WHERE m.tenant_id = :tenant
                                    AND (u.subject COLLATE "C", m.user_id) > (:subject, :user)
                                ORDER BY u.subject COLLATE "C", m.user_id LIMIT :limit\
                                """)
                .bind("tenant", tenant.value())
                .bind("subject", after.subject())
                .bind("user", after.userId())
                .bind("limit", limit)
                .map(MemberRepository::member)
                .list();
    }

    /**
     * @throws org.jdbi.v3.core.statement.UnableToExecuteStatementException with SQL state 23505
     *     where the user is a member already
     */
    void insert(Handle handle, Member member) {
        handle.createUpdate(
                        """
                        INSERT INTO memberships (tenant_id, user_id, role, name, version, created_at)
                        VALUES (:tenant, :user, :role, :name, :version, :createdAt)\
                        """)
                .bind("tenant", member.tenant().value())
                .bind("user", member.userId())
                .bind("role", member.role().wireName())
                .bind("name", member.name())
                .bind("version", member.version())
                .bind("createdAt", member.createdAt().atOffset(ZoneOffset.UTC))
                .execute();
    }

    /** Writes what can change. */
    void update(Handle handle, Member member) {
        handle.createUpdate(
                        """
                        UPDATE memberships SET role = :role, name = :name, version = :version
                        WHERE tenant_id = :tenant AND user_id = :user\
                        """)
                .bind("tenant", member.tenant().value())
                .bind("user", member.userId())
                .bind("role", member.role().wireName())
                .bind("name", member.name())
                .bind("version", member.version())
                .execute();
    }

    void delete(Handle handle, TenantId tenant, UUID userId) {
        handle.createUpdate("DELETE FROM memberships WHERE tenant_id = :tenant AND user_id = :user")
                .bind("tenant", tenant.value())
                .bind("user", userId)
                .execute();
    }

    /** Removes a user who is a member of no tenant any more; others stay. */
    void deleteUserWithoutTenant(Handle system, UUID userId) {
        int unused =
                system.createQuery("SELECT remove_users_without_tenant(:users)")
                        .bindArray("users", UUID.class, List.of(userId))
                        .mapTo(Integer.class)
                        .one();
    }

    private static Optional<Member> find(Handle handle, TenantId tenant, UUID userId, String lock) {
        return handle.createQuery(
                        SELECT + "WHERE m.tenant_id = :tenant AND m.user_id = :user" + lock)
                .bind("tenant", tenant.value())
                .bind("user", userId)
                .map(MemberRepository::member)
                .findOne();
    }

    private static Member member(ResultSet row, StatementContext context) throws SQLException {
        String role = row.getString("role");
        return new Member(
                new TenantId(row.getString("tenant_id")),
                row.getObject("user_id", UUID.class),
                row.getString("issuer"),
                row.getString("subject"),
                row.getString("name"),
                Role.ofWireName(role)
                        .orElseThrow(() -> new SQLException("memberships.role: " + role)),
                row.getLong("version"),
                row.getObject("created_at", OffsetDateTime.class).toInstant());
    }
}
