package io.streamgauge.control.redis;

import org.jspecify.annotations.Nullable;

/**
 * Redis did not do what it was asked for, or was not asked since it is known to be away. Checked,
 * so that every caller decides how it goes on alone; without a stack trace, since in an outage
 * there is one for each request.
 */
public final class SharedStoreException extends Exception {

    private static final long serialVersionUID = 1L;

    SharedStoreException(String message, @Nullable Throwable cause) {
        super(message, cause, false, false);
    }
}
