package io.streamgauge.contracts.expression;

/**
 * One thing that is wrong with an expression.
 *
 * @param line from 1
 * @param column from 1, in characters
 * @param message names what is wrong, and where there is one, what may have been meant
 */
public record ExpressionProblem(int line, int column, String message) {

    /** Text in one line: position and message. */
    @Override
    public String toString() {
        return "line " + line + ", column " + column + ": " + message;
    }
}
