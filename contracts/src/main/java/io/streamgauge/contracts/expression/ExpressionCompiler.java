package io.streamgauge.contracts.expression;

import io.streamgauge.contracts.stream.StreamSpec;
import java.util.List;

/**
 * Compiles conditions over the events of one stream. An instance may be used by several threads at
 * once.
 */
public final class ExpressionCompiler {

    /** Longest source. */
    public static final int MAX_SOURCE_CHARACTERS = 4_096;

    /** A compiler for a stream's events. */
    public ExpressionCompiler(StreamSpec stream) {}

    /**
     * Compiles an expression that sees one event.
     *
     * @throws InvalidExpressionException with what is wrong with it
     */
    public Expression compile(String source) throws InvalidExpressionException {
        return compile(source, List.of());
    }

    /**
     * Compiles an expression that sees one event and those of earlier steps.
     *
     * @param earlierSteps names of steps
     * @throws InvalidExpressionException with what is wrong with it
     */
    public Expression compile(String source, List<String> earlierSteps)
            throws InvalidExpressionException {
        return new Expression(source);
    }
}
