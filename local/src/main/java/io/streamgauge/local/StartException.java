package io.streamgauge.local;

import java.io.IOException;

/** A start that cannot be, for a reason that the user can do something about; one line says it. */
public final class StartException extends IOException {

    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
