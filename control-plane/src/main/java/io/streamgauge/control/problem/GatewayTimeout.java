package io.streamgauge.control.problem;

import org.jspecify.annotations.Nullable;

/** A service or a job that the request was passed on to did not answer in time. */
public final class GatewayTimeout extends ControlPlaneException {

    private static final long serialVersionUID = 1L;

    /**
     * @param message without the service's address: the client need not know it
     * @param cause for the log
     */
    public GatewayTimeout(String message, @Nullable Throwable cause) {
        super(ErrorCode.GATEWAY_TIMEOUT, message);
        if (cause != null) {
            initCause(cause);
        }
    }
}
