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

    /** The token's tenant does not exist or is not active. */
    public static Forbidden tenantInactive(String tenant) {
        return new Forbidden(
                ErrorCode.TENANT_INACTIVE,
                "tenant: %s is unknown or not active (expected: an active tenant)"
                        .formatted(tenant));
    }
}
