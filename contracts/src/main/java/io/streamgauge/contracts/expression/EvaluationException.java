package io.streamgauge.contracts.expression;

/**
 * An expression has no value for an event: a field is absent, something was divided by zero, a
 * limit was exceeded. The message is short and holds no values of the event. Has no stack trace: it
 * says something of data, not of code, and may be thrown for each event.
 */
public final class EvaluationException extends Exception {

    private static final long serialVersionUID = 1L;

    /** An exception without a stack trace. */
    public EvaluationException(String message) {
        super(message, null, false, false);
    }
}
