package io.streamgauge.contracts.expression;

import java.util.List;
import java.util.stream.Collectors;

/** An expression that cannot be compiled; carries what is wrong with it, by position. */
public final class InvalidExpressionException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient List<ExpressionProblem> problems;

    /**
     * @throws IllegalArgumentException where there is no problem
     */
    public InvalidExpressionException(List<ExpressionProblem> problems) {
        super(problems.stream().map(ExpressionProblem::toString).collect(Collectors.joining("; ")));
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("problems: none (expected: at least one)");
        }
        this.problems = List.copyOf(problems);
    }

    /** What is wrong; never empty. */
    public List<ExpressionProblem> problems() {
        return problems;
    }
}
