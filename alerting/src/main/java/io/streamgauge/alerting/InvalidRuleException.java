package io.streamgauge.alerting;

/**
 * A version of an alert that cannot be judged: an expression that does not compile, a stream that
 * is not known, a pattern that makes no sense. Whoever runs rules sets such a one aside and goes
 * on.
 */
public final class InvalidRuleException extends Exception {

    private static final long serialVersionUID = 1L;

    /** An exception that says what is wrong. */
    public InvalidRuleException(String message) {
        super(message);
    }

    /** An exception that says what is wrong, with its cause. */
    public InvalidRuleException(String message, Throwable cause) {
        super(message, cause);
    }
}
