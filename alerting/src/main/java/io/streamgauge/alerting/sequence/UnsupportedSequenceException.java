package io.streamgauge.alerting.sequence;

import java.util.Optional;

/** A sequence that flink-cep does not run, or would run into a failure. */
public final class UnsupportedSequenceException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient Optional<String> step;
    private final String reason;

    UnsupportedSequenceException(Optional<String> step, String reason) {
        super(step.map(name -> name + ": ").orElse("") + reason);
        this.step = step;
        this.reason = reason;
    }

    UnsupportedSequenceException(String step, String reason) {
        this(Optional.of(step), reason);
    }

    /** Name of the step that is the reason; empty where it is the sequence as a whole. */
    public Optional<String> step() {
        return step;
    }

    /** What is not supported. */
    public String reason() {
        return reason;
    }
}
