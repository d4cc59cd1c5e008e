package io.streamgauge.control.problem;

/** A change must say which version of the resource it was made for, and does not. */
public final class PreconditionRequired extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    public PreconditionRequired(String message) {
        super(ErrorCode.PRECONDITION_REQUIRED, message);
    }
}
