package io.streamgauge.contracts.expression;

import io.streamgauge.contracts.event.EventRow;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A compiled condition. Immutable; may be evaluated by several threads at once. Two expressions of
 * one stream with equal {@link #canonical()} text have equal values for equal input.
 */
public final class Expression {

    private final String source;

    Expression(String source) {
        this.source = source;
    }

    /** The text that was compiled. */
    public String source() {
        return source;
    }

    /** Normalised text. */
    public String canonical() {
        return source;
    }

    /** Whether it looks at events of earlier steps. */
    public boolean usesSteps() {
        return false;
    }

    /**
     * The expressions that are all true where this one is: split at each {@code &&} that is not
     * below anything else. This one alone where there is none.
     */
    public List<Expression> conjuncts() {
        return List.of(this);
    }

    /** What it demands of one field, where that is all that it does. */
    public Optional<Constraint> constraint() {
        return Optional.empty();
    }

    /**
     * Evaluates it for an event, with no earlier steps.
     *
     * @throws EvaluationException where it has no value
     */
    public boolean test(EventRow event) throws EvaluationException {
        return test(event, Map.of());
    }

    /**
     * Evaluates it for an event.
     *
     * @param steps events of earlier steps by the step's name; steps without events may be absent
     * @throws EvaluationException where it has no value
     */
    @SuppressWarnings("DoNotCallSuggester")
    public boolean test(EventRow event, Map<String, List<EventRow>> steps)
            throws EvaluationException {
        throw new EvaluationException("not yet");
    }
}
