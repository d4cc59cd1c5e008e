package io.streamgauge.local.api;

import java.io.IOException;

/** The API has refused a request; the message is what it says of the reason. */
public final class ApiException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int status;

    ApiException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }
}
