package io.streamgauge.contracts.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.event.EventRow;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CostTest {

    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(Rows.STREAM);

    private static long cost(String source) throws Exception {
        return COMPILER.compile(source).cost();
    }

    private static String list(int size) {
        return "[" + String.join(", ", Collections.nCopies(size, "1")) + "]";
    }

    @Test
    void ofAShortCutIsFarLessThanThatOfTheRuntime() throws Exception {
        assertThat(cost("event.amount > 5")).isLessThan(Expression.COST_UNIT / 10);
        assertThat(cost("event.amount * 2 > 5")).isGreaterThan(2 * cost("event.amount > 5"));
    }

    @Test
    void multipliesWithTheRoundsOfLoopsInLoops() throws Exception {
        long once = cost(list(50) + ".all(x, x < event.amount)");
        long nested = cost(list(50) + ".all(x, " + list(50) + ".all(y, x * y < event.amount))");

        assertThat(once).isBetween(2 * Expression.COST_UNIT, 50 * Expression.COST_UNIT);
        assertThat(nested).isGreaterThan(40 * once);
    }

    @Test
    void ofALoopOverWhatALoopMakesIsThatOfBoth() throws Exception {
        long map = cost(list(50) + ".map(x, x + 1).sum() > event.amount");
        long both = cost(list(50) + ".map(x, x + 1).all(y, y > event.amount)");

        assertThat(both).isGreaterThan(map + map / 2);
    }

    @Test
    void growsWithTheEventsOfEarlierSteps() throws Exception {
        Expression expression =
                COMPILER.compile(
                        "steps.a.all(x, steps.a.all(y, x.amount * y.amount < event.amount))",
                        List.of("a"));
        EventRow row = Rows.row("");

        long few = expression.cost(Map.of("a", Collections.nCopies(5, row)));
        long many = expression.cost(Map.of("a", Collections.nCopies(50, row)));

        assertThat(many).isGreaterThan(60 * few);
        assertThat(expression.cost(Map.of("a", Collections.nCopies(100_000, row))))
                .as("evaluation is bounded as well")
                .isLessThan(10_000 * Expression.COST_UNIT);
    }
}
