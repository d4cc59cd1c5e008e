package io.streamgauge.control.auth;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.Violation;
import io.streamgauge.control.problem.ErrorCode;
import io.streamgauge.control.problem.Forbidden;
import io.streamgauge.control.problem.InvalidRequest;
import io.streamgauge.control.tenant.TenantDirectory;
import io.streamgauge.control.tenant.TenantState;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Decides in which tenant a principal works, for requests and for live connections alike. A client
 * names the tenant; the credential decides whether it may. Who belongs to one tenant need not name
 * it. Operators of the platform may enter every tenant, as its administrators.
 *
 * <p>A tenant that is not the principal's and one that does not exist get the same answer.
 */
public final class TenantAccess {

    /** Names the tenant of a request. */
    public static final String TENANT_HEADER = "X-Tenant-Id";

    /** What Prometheus-like clients send; it may repeat the tenant, and never chooses it. */
    public static final String SCOPE_ORG_HEADER = "X-Scope-OrgID";

    private final TenantDirectory tenants;

    public TenantAccess(TenantDirectory tenants) {
        this.tenants = tenants;
    }

    /**
     * Enters a tenant.
     *
     * @param named the tenant that the client names
     * @throws InvalidRequest with {@link ErrorCode#TENANT_REQUIRED} where none is named and the
     *     principal has several or none
     * @throws Forbidden where the tenant is not the principal's, or not active
     */
    public Caller enter(Principal principal, Optional<String> named) {
        return tryEnter(principal, named).orElseThrow(TenantAccess::tenantRequired);
    }

    /**
     * As {@link #enter}, where a tenant is welcome and not needed. An operator who belongs to a
     * tenant that is not active goes on without one, to where it can be made active.
     */
    public Caller enterIfNamed(Principal principal, Optional<String> named) {
        boolean outside =
                principal.operator()
                        && named.isEmpty()
                        && only(principal).filter(tenants::isActive).isEmpty();
        Optional<Caller> caller = outside ? Optional.empty() : tryEnter(principal, named);
        return caller.orElseGet(() -> new Caller(principal, Optional.empty(), Set.of()));
    }

    private Optional<Caller> tryEnter(Principal principal, Optional<String> named) {
        Optional<TenantId> tenant =
                named.isPresent() ? Optional.of(id(named.get())) : only(principal);
        return tenant.map(it -> enter(principal, it));
    }

    private Caller enter(Principal principal, TenantId tenant) {
        Set<Scope> scopes = principal.grants().get(tenant);
        if (principal.operator()) {
            scopes = Scope.all();
        }
        if (scopes == null) {
            throw Forbidden.foreignTenant();
        }
        TenantState state =
                tenants.find(tenant)
                        .filter(TenantState::active)
                        .orElseThrow(() -> Forbidden.tenantInactive(tenant.value()));
        return new Caller(principal, Optional.of(state), scopes);
    }

    private static Optional<TenantId> only(Principal principal) {
        return principal.grants().size() == 1
                ? Optional.of(principal.grants().keySet().iterator().next())
                : Optional.empty();
    }

    /** What has not the form of a tenant's id is nobody's tenant. */
    private static TenantId id(String text) {
        if (!TenantId.isValid(text)) {
            throw Forbidden.foreignTenant();
        }
        return new TenantId(text);
    }

    static InvalidRequest tenantRequired() {
        String message =
                "Tenant ID required (expected: the header %s, since the credential is good for several tenants or for none)"
                        .formatted(TENANT_HEADER);
        return new InvalidRequest(
                ErrorCode.TENANT_REQUIRED,
                message,
                List.of(new Violation(TENANT_HEADER, "required", message)));
    }
}
