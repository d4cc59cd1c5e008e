package io.streamgauge.contracts.expression;

import dev.cel.common.ast.CelExpr;
import io.streamgauge.contracts.event.EventRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How much work an evaluation of an expression is at most: its parts, those of a comprehension as
 * often as it has rounds. A property of the text and of how many events there are of earlier steps,
 * and not of the machine. What {@code &&} and the like leave out is counted all the same.
 *
 * @param parts that are evaluated once
 */
record Cost(long parts, List<Loop> loops) {

    /** A text that a regular expression is looked for in has a length, which is not known. */
    private static final int REGEX_PARTS = 50;

    /** Of a list whose length is not known either. */
    private static final int SOME = 10;

    /** Rounds of loops in loops are bounded in all. */
    private static final long MOST = 20L * Language.MAX_ITERATIONS;

    /**
     * What is done again for each element of a list.
     *
     * @param elements how many there are besides those of {@code steps}
     * @param steps earlier steps whose events are elements
     */
    private record Loop(long elements, List<String> steps, Cost body) {

        long parts(Map<String, List<EventRow>> earlier, long most) {
            long rounds = elements;
            for (String step : steps) {
                rounds += earlier.getOrDefault(step, List.of()).size();
            }
            return Math.min(rounds, most) * body.parts(earlier, most);
        }
    }

    static Cost of(CelExpr expr) {
        List<Loop> loops = new ArrayList<>();
        return new Cost(count(expr, loops), List.copyOf(loops));
    }

    private static long count(CelExpr expr, List<Loop> loops) {
        if (expr.getKind() != CelExpr.ExprKind.Kind.COMPREHENSION) {
            long parts = isRegex(expr) ? REGEX_PARTS : 1;
            for (CelExpr child : Shape.children(expr).toList()) {
                parts += count(child, loops);
            }
            return parts;
        }
        CelExpr.CelComprehension loop = expr.comprehension();
        List<Loop> inner = new ArrayList<>();
        long body = count(loop.loopCondition(), inner) + count(loop.loopStep(), inner);
        List<String> steps = new ArrayList<>();
        long elements = elements(loop.iterRange(), steps);
        loops.add(new Loop(elements, List.copyOf(steps), new Cost(body, List.copyOf(inner))));
        return 1
                + count(loop.iterRange(), loops)
                + count(loop.accuInit(), loops)
                + count(loop.result(), loops);
    }

    private static boolean isRegex(CelExpr expr) {
        return expr.getKind() == CelExpr.ExprKind.Kind.CALL
                && expr.call().function().equals("matches");
    }

    /** How many elements a list has; those of steps go to {@code steps} by name. */
    private static long elements(CelExpr list, List<String> steps) {
        return switch (list.getKind()) {
            case LIST -> list.list().elements().size();
            case MAP -> list.map().entries().size();
            case COMPREHENSION -> elements(list.comprehension().iterRange(), steps);
            case SELECT -> {
                if (!Terms.isIdent(list.select().operand(), Schema.STEPS)) {
                    yield SOME;
                }
                steps.add(list.select().field());
                yield 0;
            }
            case CALL -> {
                long elements = 0;
                for (CelExpr part : Terms.arguments(list)) {
                    elements += elements(part, steps);
                }
                yield elements;
            }
            case CONSTANT, IDENT, STRUCT, NOT_SET -> SOME;
        };
    }

    /** Parts that are evaluated, those of earlier steps' events included. */
    long parts(Map<String, List<EventRow>> earlier) {
        return Math.min(parts(earlier, Language.MAX_ITERATIONS), MOST);
    }

    private long parts(Map<String, List<EventRow>> earlier, long most) {
        long sum = parts;
        for (Loop loop : loops) {
            sum += loop.parts(earlier, most);
        }
        return sum;
    }

    /** Whether no list has elements that depend on what has happened. */
    boolean isConstant() {
        return loops.stream().allMatch(loop -> loop.steps().isEmpty() && loop.body().isConstant());
    }
}
