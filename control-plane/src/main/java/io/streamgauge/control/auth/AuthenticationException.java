package io.streamgauge.control.auth;

/**
 * A credential that is missing, malformed, expired or not to be trusted. The message is for the
 * client.
 */
public final class AuthenticationException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String message;

    public AuthenticationException(String message) {
        super(message);
        this.message = message;
    }

    /** Why; never null. */
    @Override
    public String getMessage() {
        return message;
    }
}
