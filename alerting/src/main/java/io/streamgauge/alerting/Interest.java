package io.streamgauge.alerting;

import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.expression.EvaluationException;
import io.streamgauge.contracts.expression.Expression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events a rule must be given: those for which at least one of some alternatives is true. For
 * the rule, the others do not exist.
 *
 * @param alternatives each a conjunction; an empty conjunction is always true
 */
public record Interest(List<List<Expression>> alternatives) {

    /** Every event of the stream. */
    public static final Interest ALL = new Interest(List.of(List.of()));

    public Interest {
        alternatives = alternatives.stream().map(List::copyOf).toList();
    }

    /** Whether every event is wanted. */
    public boolean isAll() {
        return alternatives.stream().anyMatch(List::isEmpty);
    }

    /**
     * Whether an event is wanted.
     *
     * @throws EvaluationException where no alternative is true and at least one has no value; the
     *     event is not wanted then
     */
    public boolean test(EventRow event) throws EvaluationException {
        EvaluationException failure = null;
        for (List<Expression> conjunction : alternatives) {
            try {
                if (holds(conjunction, event)) {
                    return true;
                }
            } catch (EvaluationException e) {
                failure = failure == null ? e : failure;
            }
        }
        rethrow(failure);
        return false;
    }

    private static void rethrow(@Nullable EvaluationException failure) throws EvaluationException {
        if (failure != null) {
            throw failure;
        }
    }

    private static boolean holds(List<Expression> conjunction, EventRow event)
            throws EvaluationException {
        for (Expression expression : conjunction) {
            if (!expression.test(event)) {
                return false;
            }
        }
        return true;
    }
}
