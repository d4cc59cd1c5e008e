package io.streamgauge.contracts.expression;

import dev.cel.common.exceptions.CelInvalidArgumentException;
import dev.cel.common.exceptions.CelRuntimeException;
import dev.cel.runtime.CelEvaluationException;
import org.jspecify.annotations.Nullable;

/**
 * Why an evaluation failed, on its way through the CEL runtime, which wraps what our functions and
 * values throw and would show values of the event in messages of its own.
 */
final class Failure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private Failure(String message) {
        super(message, null, false, false);
    }

    /** An exception that CEL takes for an error of the expression, not of the program. */
    static CelRuntimeException of(String message) {
        return new CelInvalidArgumentException(new Failure(message));
    }

    /** Our own words where they are the cause, and otherwise words for the kind of error. */
    static EvaluationException translated(CelEvaluationException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof Failure failure) {
                return new EvaluationException(message(failure));
            }
        }
        return new EvaluationException(
                switch (e.getErrorCode()) {
                    case DIVIDE_BY_ZERO -> "division by zero";
                    case INDEX_OUT_OF_BOUNDS -> "index out of bounds";
                    case ATTRIBUTE_NOT_FOUND -> "no such key or field";
                    case ITERATION_BUDGET_EXCEEDED ->
                            "too many rounds in all, exists, map or filter (expected: at most %d)"
                                    .formatted(Language.MAX_ITERATIONS);
                    case NUMERIC_OVERFLOW -> "a number or time out of range";
                    case BAD_FORMAT -> "a text that cannot be converted";
                    case DUPLICATE_ATTRIBUTE -> "a key stands twice in a map";
                    default -> "cannot be evaluated for this event";
                });
    }

    private static String message(Failure failure) {
        @Nullable String message = failure.getMessage();
        return message == null ? "" : message;
    }
}
