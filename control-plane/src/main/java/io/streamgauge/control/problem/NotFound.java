package io.streamgauge.control.problem;

/** What the request names does not exist, or belongs to another tenant: the two look the same. */
public final class NotFound extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    public NotFound(String message) {
        super(ErrorCode.NOT_FOUND, message);
    }
}
