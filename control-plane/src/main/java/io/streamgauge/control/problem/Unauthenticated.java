package io.streamgauge.control.problem;

/** The client has no credential, or none that is trusted. */
public final class Unauthenticated extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    private final boolean credentialGiven;

    private Unauthenticated(String message, boolean credentialGiven) {
        super(ErrorCode.UNAUTHENTICATED, message);
        this.credentialGiven = credentialGiven;
    }

    /** The request carries no credential. */
    public static Unauthenticated missing() {
        return new Unauthenticated(
                "Authorization: missing (expected: Bearer, a blank, and a token)", false);
    }

    /** The request carries a credential that is not trusted, for the reason given. */
    public static Unauthenticated invalid(String reason) {
        return new Unauthenticated(reason, true);
    }

    /** Whether there was a credential at all; RFC 6750 gives no error code where there was none. */
    public boolean credentialGiven() {
        return credentialGiven;
    }
}
