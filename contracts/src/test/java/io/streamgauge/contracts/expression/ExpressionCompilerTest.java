package io.streamgauge.contracts.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionCompilerTest {

    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(Rows.STREAM);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    event.cpu_percnt > 1        | line 1, column 7: event.cpu_percnt: no such field (did you mean cpu_percent?)
                    has(event.cpu)              | line 1, column 5: event.cpu: no such field
                    evnt.amount > 1             | line 1, column 1: evnt: no such name or function (did you mean event?)
                    true && cpu_percent > 1     | line 1, column 9: cpu_percent: no such name (did you mean event.cpu_percent?)
                    steps.frist.size() > 1      | line 1, column 7: steps.frist: no such earlier step (did you mean first?)
                    steps.first[0].amout > 1    | line 1, column 16: event.amout: no such field (did you mean amount?)
                    siz(event.host) > 1         | line 1, column 1: siz: no such name or function (did you mean size?)
                    event.host.startWith('a')   | line 1, column 12: startWith: no such name or function (did you mean startsWith?)
                    event.amount                | line 1, column 1: not a condition (expected: something that is true or false)
                    event.amount > 'x'          | line 1, column 14: > does not take (number, string)
                    event.host in [1]           | line 1, column 12: in does not take (string, list(number))
                    event.up + 1 > 2            | line 1, column 10: + does not take (boolean, number)
                    event.amount >              | line 1, column 15: unexpected end (expected: more of an expression)
                    event.amount > 1 event      | line 1, column 18: unexpected 'event'
                    [1, 'a'].size() == 2        | line 1, column 1: elements of different types (expected: one type)
                    [[1]].size() == 1           | line 1, column 1: a list or map within a list or map (expected: plain values)
                    {1: 1} == {2: 1}            | line 1, column 1: keys of a map that are no strings; line 1, column 11: keys of a map that are no strings
                    b'a' == b'a'                | line 1, column 1: bytes (expected: a string); line 1, column 9: bytes (expected: a string)
                    event.host.matches('(')     | line 1, column 19: not a regular expression of RE2: missing closing )
                    event.host == null          | line 1, column 12: == does not take (string, null)
                    """)
    void saysWhatIsWrongAndWhere(String source, String message) {
        assertThat(refusal(source, List.of("first"))).hasMessage(message);
    }

    @Test
    void countsLines() {
        assertThat(refusal("event.up &&\n  event.amout > 1", List.of()).problems())
                .containsExactly(
                        new ExpressionProblem(
                                2, 9, "event.amout: no such field (did you mean amount?)"));
    }

    @Test
    void saysThatThereAreNoStepsWhereThereAreNone() {
        assertThat(refusal("steps.first.size() > 1", List.of()))
                .hasMessage("line 1, column 1: steps: there are no earlier steps here");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "dyn(event.amount) == 1",
                "type(event.amount) == type(1)",
                "event{}.amount == 1",
                "google.protobuf.Timestamp{} == event.ts",
                "event.amount == 1 ? 1 : 'a'",
                "[event].map(e, [e]).size() == 1",
                "[1].map(x, y, x).size() == 1"
            })
    void refusesWhatIsNotInTheLanguage(String source) {
        assertThat(refusal(source, List.of()).problems()).isNotEmpty();
    }

    @Test
    void refusesWhatIsTooLongOrTooDeep() {
        String parentheses = "(".repeat(300) + "true" + ")".repeat(300);
        String sum = "event.amount" + " + 1".repeat(900) + " > 1";
        String nots = "!".repeat(3_000) + "event.up";

        for (String source : List.of("x".repeat(5_000), parentheses, sum)) {
            assertThat(refusal(source, List.of()).problems()).isNotEmpty();
        }
        assertThat(catchThrowableOfType(Exception.class, () -> COMPILER.compile(nots)))
                .satisfiesAnyOf(
                        it -> assertThat(it).isNull(),
                        it -> assertThat(it).isInstanceOf(InvalidExpressionException.class));
    }

    @Test
    void takesLongConjunctions() throws Exception {
        String source = "event.amount > 1" + " && event.amount > 1".repeat(150);

        assertThat(COMPILER.compile(source).conjuncts()).hasSize(151);
    }

    private static InvalidExpressionException refusal(String source, List<String> steps) {
        return catchThrowableOfType(
                InvalidExpressionException.class, () -> COMPILER.compile(source, steps));
    }
}
