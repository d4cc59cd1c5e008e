package io.streamgauge.alerting;

import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.expression.EvaluationException;
import io.streamgauge.contracts.expression.Expression;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What conditions said of the present event, so that what many sequences of a stream ask alike is
 * evaluated once. Shared are conjuncts, by their canonical text; only of expressions that see no
 * earlier steps. For one thread.
 */
final class SharedAnswers {

    /** Tables grow and do not shrink, and a large one takes long to clear. Guessed. */
    private static final int KEPT = 256;

    /** A condition's answer, or why it has none. */
    private record Answer(boolean value, @Nullable EvaluationException failure) {

        static final Answer TRUE = new Answer(true, null);
        static final Answer FALSE = new Answer(false, null);
    }

    private @Nullable EventRow row;
    private Map<String, Answer> answers = new HashMap<>();
    private long evaluated;

    /**
     * As {@link Expression#test(EventRow)}: false where a conjunct is, even where another has no
     * value.
     *
     * @throws EvaluationException where it has no value
     */
    @SuppressWarnings("ReferenceEquality") // the same event is the same object, for all its rules
    boolean test(Expression expression, EventRow event) throws EvaluationException {
        if (event != row) {
            forget();
            row = event;
        }
        EvaluationException failure = null;
        for (Expression conjunct : expression.conjuncts()) {
            Answer answer = answer(conjunct, event);
            if (answer.failure() != null) {
                failure = failure == null ? answer.failure() : failure;
            } else if (!answer.value()) {
                return false;
            }
        }
        if (failure != null) {
            throw failure;
        }
        return true;
    }

    /** How many conjuncts were evaluated, and not taken from what was known. */
    long evaluated() {
        return evaluated;
    }

    private Answer answer(Expression conjunct, EventRow event) {
        Answer known = answers.get(conjunct.canonical());
        if (known == null) {
            evaluated++;
            known = evaluate(conjunct, event);
            answers.put(conjunct.canonical(), known);
        }
        return known;
    }

    private static Answer evaluate(Expression conjunct, EventRow event) {
        try {
            return conjunct.test(event) ? Answer.TRUE : Answer.FALSE;
        } catch (EvaluationException e) {
            return new Answer(false, e);
        }
    }

    private void forget() {
        if (answers.size() > KEPT) {
            answers = new HashMap<>();
        } else {
            answers.clear();
        }
    }
}
