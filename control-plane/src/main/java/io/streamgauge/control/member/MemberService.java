package io.streamgauge.control.member;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.audit.AuditEntry;
import io.streamgauge.control.audit.AuditLog;
import io.streamgauge.control.audit.Origin;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.database.SqlState;
import io.streamgauge.control.member.MemberRepository.Position;
import io.streamgauge.control.problem.Conflict;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.PreconditionFailed;
import io.streamgauge.control.problem.QuotaExceeded;
import io.streamgauge.control.problem.Unavailable;
import io.streamgauge.control.rest.VersionTag;
import io.streamgauge.control.tenant.QuotaViolations;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds, changes and removes members. Each change is one transaction with its entry in the audit
 * log.
 *
 * <p>The last administrator may be removed. Which one is the last cannot be known here: a token can
 * make someone one who is no member. And a tenant without any is not lost, since operators of the
 * platform administer every tenant.
 */
public final class MemberService {

    private static final Logger LOG = LoggerFactory.getLogger(MemberService.class);

    private final Database database;
    private final MemberRepository members = new MemberRepository();
    private final AuditLog audit;
    private final Clock clock;
    private final Runnable changed;

    /**
     * @param changed told after each change: to let those forget who remember memberships, here and
     *     elsewhere
     */
    public MemberService(Database database, AuditLog audit, Clock clock, Runnable changed) {
        this.database = database;
        this.audit = audit;
        this.clock = clock;
        this.changed = changed;
    }

    /**
     * Adds a member.
     *
     * @throws Conflict where the user is one already
     * @throws QuotaExceeded where the tenant has as many as it may have
     */
    Member create(TenantId tenant, MemberSpec spec, Origin origin) {
        Member created;
        try {
            created =
                    database.inTenant(
                            tenant,
                            handle -> {
                                Member member = newMember(handle, tenant, spec);
                                members.insert(handle, member);
                                record(
                                        handle,
                                        origin,
                                        "create",
                                        Optional.empty(),
                                        Optional.of(member));
                                return member;
                            });
        } catch (UnableToExecuteStatementException e) {
            throw translated(e, spec);
        }
        changed.run();
        return created;
    }

    /**
     * @throws NotFound where there is no such member
     */
    Member get(TenantId tenant, UUID userId) {
        return database.inTenant(tenant, handle -> members.find(handle, tenant, userId))
                .orElseThrow(() -> notFound(userId.toString()));
    }

    /** Members in order of their subjects. */
    List<Member> list(TenantId tenant, Position after, int limit) {
        return database.inTenant(tenant, handle -> members.list(handle, tenant, after, limit));
    }

    /**
     * Gives a member another role or name. What says the same changes nothing, the version neither.
     *
     * @param expected whether the present version is the one that the change was made for
     * @throws NotFound where there is no such member
     * @throws PreconditionFailed where the version is another one
     */
    Member update(
            TenantId tenant,
            UUID userId,
            Predicate<VersionTag> expected,
            MemberSpec.Change change,
            Origin origin) {
        Member result =
                database.inTenant(
                        tenant,
                        handle -> {
                            Member current = lock(handle, tenant, userId, expected);
                            if (current.role() == change.role()
                                    && current.name().equals(change.name())) {
                                return current;
                            }
                            Member next = current.changedTo(change.name(), change.role());
                            members.update(handle, next);
                            record(
                                    handle,
                                    origin,
                                    "update",
                                    Optional.of(current),
                                    Optional.of(next));
                            return next;
                        });
        changed.run();
        return result;
    }

    /**
     * Removes a member; the user may be one of other tenants on, and is forgotten otherwise.
     *
     * @throws NotFound where there is no such member
     * @throws PreconditionFailed where the version is another one
     */
    void delete(TenantId tenant, UUID userId, Predicate<VersionTag> expected, Origin origin) {
        database.useTenant(
                tenant,
                handle -> {
                    Member current = lock(handle, tenant, userId, expected);
                    members.delete(handle, tenant, userId);
                    record(handle, origin, "delete", Optional.of(current), Optional.empty());
                });
        changed.run();
        forgetUser(userId);
    }

    /**
     * In a transaction of its own, behind the change: only the system's role sees whether the user
     * is a member elsewhere, and within the change it could wait for someone who waits for it. What
     * the database does not let go now is a row that says nothing of any tenant.
     */
    private void forgetUser(UUID userId) {
        try {
            database.inPlatform(
                    handle -> {
                        members.deleteUserWithoutTenant(handle, userId);
                        return true;
                    });
        } catch (Unavailable e) {
            LOG.warn("member: user {} stays registered without a tenant", userId, e);
        }
    }

    static NotFound notFound(String id) {
        return new NotFound(
                "member: %s does not exist (expected: the user id of a member)"
                        .formatted(id.length() <= 36 ? id : id.substring(0, 33) + "..."));
    }

    private Member newMember(Handle handle, TenantId tenant, MemberSpec spec) {
        return new Member(
                tenant,
                members.userId(handle, spec.issuer(), spec.subject()),
                spec.issuer(),
                spec.subject(),
                spec.change().name(),
                spec.change().role(),
                1,
                clock.instant().truncatedTo(ChronoUnit.MILLIS));
    }

    /** Holds the row to the end of the transaction: what is decided on is what is changed. */
    private Member lock(
            Handle handle, TenantId tenant, UUID userId, Predicate<VersionTag> expected) {
        Member current =
                members.findForUpdate(handle, tenant, userId)
                        .orElseThrow(() -> notFound(userId.toString()));
        if (!expected.test(current.tag())) {
            throw new PreconditionFailed(
                    "member: %s is at version %d, another one than If-Match names (expected: the ETag of the present version)"
                            .formatted(userId, current.version()));
        }
        return current;
    }

    private void record(
            Handle handle,
            Origin origin,
            String action,
            Optional<Member> before,
            Optional<Member> after) {
        Member member = after.or(() -> before).orElseThrow();
        audit.append(
                handle,
                new AuditEntry(
                        Optional.of(member.tenant()),
                        origin,
                        action,
                        "member",
                        member.userId().toString(),
                        before.map(Member::toJson),
                        after.map(Member::toJson)));
    }

    private static RuntimeException translated(
            UnableToExecuteStatementException failure, MemberSpec spec) {
        if (!SqlState.of(failure).equals(SqlState.UNIQUE_VIOLATION)) {
            return QuotaViolations.translated(failure);
        }
        String message = "%s is a member already".formatted(spec.subject());
        return new Conflict(
                ErrorCode.ALREADY_EXISTS,
                "subject: %s (expected: a user who is none)".formatted(message),
                List.of(new Violation("#/subject", "duplicate", message)));
    }
}
