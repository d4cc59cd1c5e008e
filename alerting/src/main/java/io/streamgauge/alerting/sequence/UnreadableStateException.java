package io.streamgauge.alerting.sequence;

/**
 * The blob of a state is not one of this sequence and format. State belongs to one sequence only:
 * whoever changes a sequence begins with a new state.
 */
public final class UnreadableStateException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableStateException(String message) {
        super(message);
    }

    UnreadableStateException(String message, Throwable cause) {
        super(message, cause);
    }
}
