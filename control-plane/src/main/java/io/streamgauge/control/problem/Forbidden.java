package io.streamgauge.control.problem;

/** The client is known, and may not do this. */
public final class Forbidden extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    private Forbidden(ErrorCode code, String message) {
        super(code, message);
    }

    /**
     * The token lacks a scope.
     *
     * @param scope the one that is needed, by its name in tokens
     */
    public static Forbidden insufficientScope(String scope) {
        return new Forbidden(
                ErrorCode.INSUFFICIENT_SCOPE, "scope: missing (expected: %s)".formatted(scope));
    }

    /** A page of a site that is not listed asks for leave to use the API. */
    public static Forbidden foreignOrigin() {
        return new Forbidden(
                ErrorCode.FORBIDDEN, "Origin: of another site (expected: this one, or one listed)");
    }

    /** The token's tenant does not exist or is not active. */
    public static Forbidden tenantInactive(String tenant) {
        return new Forbidden(
                ErrorCode.TENANT_INACTIVE,
                "tenant: %s is unknown or not active (expected: an active tenant)"
                        .formatted(tenant));
    }

    /** The tenant that the request names is not one of the principal's, or does not exist. */
    public static Forbidden foreignTenant() {
        return new Forbidden(
                ErrorCode.TENANT_FORBIDDEN,
                "X-Tenant-Id: not a tenant of this credential (expected: one that it is good for)");
    }

    /** The request is for operators of the platform. */
    public static Forbidden operatorRequired() {
        return new Forbidden(
                ErrorCode.OPERATOR_REQUIRED,
                "role: missing (expected: that of an operator of the platform)");
    }

    /**
     * The route does not take credentials of this kind.
     *
     * @param method the kind that was given
     */
    public static Forbidden credentialKind(String method) {
        return new Forbidden(
                ErrorCode.FORBIDDEN, "credential: %s is not taken here".formatted(method));
    }
}
