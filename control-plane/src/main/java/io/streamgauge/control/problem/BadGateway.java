package io.streamgauge.control.problem;

import org.jspecify.annotations.Nullable;

/** A service that the request was passed on to is away, or does not answer as HTTP says. */
public final class BadGateway extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message without the service's address: the client need not know it
     * @param cause for the log
     */
    public BadGateway(String message, @Nullable Throwable cause) {
        super(ErrorCode.BAD_GATEWAY, message);
        if (cause != null) {
            initCause(cause);
        }
    }
}
