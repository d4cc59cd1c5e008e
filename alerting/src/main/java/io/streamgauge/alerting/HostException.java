package io.streamgauge.alerting;

/**
 * What surrounds a judge has failed, its store or its sink. No rule is to blame, so a judge lets it
 * through to whoever called.
 */
public class HostException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** A failure with what could not be done. */
    public HostException(String message, Throwable cause) {
        super(message, cause);
    }
}
