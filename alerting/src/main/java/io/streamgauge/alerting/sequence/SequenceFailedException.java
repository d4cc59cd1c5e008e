package io.streamgauge.alerting.sequence;

/**
 * The automaton has failed, which no sequence that compiles should make it do. The state of the key
 * is of no use any more; others are not affected.
 */
public final class SequenceFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SequenceFailedException(Throwable cause) {
        super("the automaton has failed: " + cause.getMessage(), cause);
    }
}
