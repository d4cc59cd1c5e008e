package io.streamgauge.control.problem;

/** The resource is no longer, or is not yet, in the state that the request expects. */
public final class PreconditionFailed extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    public PreconditionFailed(String message) {
        super(ErrorCode.STALE, message);
    }
}
