package io.streamgauge.contracts.expression;

import static io.streamgauge.contracts.expression.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.event.EventRow;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpressionTest {

    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(Rows.STREAM);

    private static final EventRow EVENT =
            row(
                    "'status':200,'up':true,'cpu_percent':91.5,'amount':20,"
                            + "'message':'hello world','at':'2026-01-05T10:30:00.500Z'");

    private static final Map<String, List<EventRow>> STEPS =
            Map.of("first", List.of(row("'amount':5"), row("'amount':7")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.cpu_percent > 90",
                "90 < event.cpu_percent",
                "event.status == 200",
                "event.status in [200, 404]",
                "event.status in [200, 404.5]",
                "event.amount * 2 > size(steps.first)",
                "event.amount / 8 == 2.5",
                "event.amount % 3 == 2",
                "-event.amount < -5",
                "(event.up ? event.amount : 0) == 20",
                "int(event.cpu_percent) == 91 && abs(-3) == 3",
                "string(event.amount) == '20'",
                "event.host == 'a' && event.message != event.host && event.host < 'b'",
                "event.message.matches('^h.*d$') && matches(event.message, 'wor')",
                "event.message.size() == 11",
                "event.message.startsWith('hello') && event.message.endsWith('world')",
                "event.message.contains('o w')",
                "has(event.at) && event.at > timestamp('2026-01-05T10:29:00Z')",
                "event.at - event.ts == duration('500ms')",
                "event.ts.getHours() == 10 && event.ts.getHours('Europe/Berlin') == 11",
                "event.ts.getDayOfWeek() == 1 && event.ts.getMonth() == 0",
                "event.ts < event.at",
                "event.amount > steps.first[0].amount",
                "steps.first[size(steps.first) - 1].amount == 7",
                "steps.first.map(e, e.amount).sum() == 12",
                "sum(steps.first.map(e, e.amount)) == 12",
                "steps.first.map(e, e.amount).avg() == 6",
                "steps.first.map(e, e.amount).min() == 5",
                "steps.first.map(e, e.amount).max() == 7",
                "[].sum() == 0",
                "steps.first.exists(e, e.amount > 6) && !steps.first.all(e, e.amount > 6)",
                "steps.first.exists_one(e, e.amount > 6)",
                "steps.first.filter(e, e.amount > 6).size() == 1",
                "event.host in steps.first.map(e, e.host)",
                "steps.second.size() == 0 && !has(steps.second) && has(steps.first)",
                "{'a': 20, 'b': 30}[event.host] == event.amount",
                "steps.first[0] == steps.first[0] && steps.first[0] != event",
                "event.amount == 20u // unsigned is a number as well",
            })
    void isTrue(String source) throws Exception {
        Expression expression = COMPILER.compile(source, List.of("first", "second"));

        assertThat(expression.test(EVENT, STEPS)).isTrue();
        assertThat(expression.testWithCel(EVENT, STEPS)).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    event.cpu_percent > 1                | cpu_percent: the event has no value (has() tests that)
                    event.amount / 0 > 1                 | division by zero
                    event.amount % 0 > 1                 | division by zero
                    steps.first[7].amount > 1            | index 7 of a list of 1 (expected: 0 to 0)
                    steps.first[0.5].amount > 1          | index 0.5 (expected: a whole number)
                    steps.first[-1].amount > 1           | index -1 of a list of 1 (expected: 0 to 0)
                    steps.first[0].cpu_percent > 1       | cpu_percent: the event has no value (has() tests that)
                    [1].filter(x, x > 1).min() > 1       | min of an empty list
                    {'x': 1}[event.host] == 1            | no such key or field
                    double(event.host) == 1              | a text that cannot be converted
                    timestamp(event.host) > event.ts     | a text that cannot be converted
                    event.ts.getHours('Nowhere') == 1    | not a time zone (expected: such as Europe/Berlin or +02:00)
                    event.host.matches(event.host + '(') | not a regular expression of RE2
                    """)
    void failsWithoutShowingTheEvent(String source, String message) throws Exception {
        Expression expression = COMPILER.compile(source, List.of("first"));
        EventRow event = row("'amount':20");

        assertThatThrownBy(() -> expression.test(event, Map.of("first", List.of(event))))
                .isInstanceOf(EvaluationException.class)
                .hasMessage(message);
    }

    @Test
    void oneSideThatDecidesIsEnough() throws Exception {
        EventRow event = row("'amount':20");

        assertThat(COMPILER.compile("event.cpu_percent > 1 || event.amount > 1").test(event))
                .isTrue();
        assertThat(COMPILER.compile("event.cpu_percent > 1 && event.amount < 1").test(event))
                .isFalse();
        assertThat(COMPILER.compile("has(event.cpu_percent) && event.cpu_percent > 1").test(event))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            delimiter = '|',
            textBlock =
                    """
                    event.cpu_percent > 90            | Range[field=cpu_percent, low=90.0, lowInclusive=false, high=Infinity, highInclusive=false]
                    90 <= event.cpu_percent           | Range[field=cpu_percent, low=90.0, lowInclusive=true, high=Infinity, highInclusive=false]
                    event.amount < 2 * 3 + 1          | Range[field=amount, low=-Infinity, lowInclusive=false, high=7.0, highInclusive=false]
                    -1 >= event.amount                | Range[field=amount, low=-Infinity, lowInclusive=false, high=-1.0, highInclusive=true]
                    event.status == 200               | Equal[field=status, value=200.0]
                    'a' == event.host                 | Equal[field=host, value=a]
                    event.up                          | Equal[field=up, value=true]
                    !event.up                         | Equal[field=up, value=false]
                    event.up == false                 | Equal[field=up, value=false]
                    event.host in ['a']               | In[field=host, values=[a]]
                    event.host in []                  | In[field=host, values=[]]
                    """)
    void knowsWhatATermDemandsOfAField(String source, String constraint) throws Exception {
        assertThat(COMPILER.compile(source).constraint()).get().hasToString(constraint);
    }

    @Test
    void knowsThatAlternativesAreValuesOfOneField() throws Exception {
        assertThat(COMPILER.compile("event.host == 'a' || event.host in ['b', 'c']").constraint())
                .contains(new Constraint.In("host", Set.of("a", "b", "c")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "event.amount != 1",
                "event.amount > event.cpu_percent",
                "event.amount > 1 && event.amount < 2",
                "event.host == 'a' || event.status == 1",
                "event.amount == 1 || event.amount > 5",
                "event.host in ['a', event.message]",
                "event.host.startsWith('a')",
                "has(event.amount)",
                "event.amount > 1.0 / 0"
            })
    void demandsNothingOfOneFieldAlone(String source) throws Exception {
        assertThat(COMPILER.compile(source).constraint()).isEmpty();
    }

    @Test
    void aConstraintKnowsNoSignOfZero() {
        assertThat(new Constraint.Equal("amount", 0.0).admits(-0.0)).isTrue();
        assertThat(new Constraint.In("amount", Set.of(0.0)).admits(-0.0)).isTrue();
        assertThat(new Constraint.Equal("amount", 0.0).admits(null)).isFalse();
    }

    @Test
    void isSplitAtItsConjunctions() throws Exception {
        Expression expression =
                COMPILER.compile(
                        "event.up && (event.amount > 1 && (event.host == 'a' || event.up &&"
                                + " true))");

        assertThat(expression.conjuncts())
                .extracting(Expression::canonical)
                .containsExactly(
                        COMPILER.compile("event.up").canonical(),
                        COMPILER.compile("event.amount > 1").canonical(),
                        COMPILER.compile("event.host == 'a' || event.up && true").canonical());
        assertThat(COMPILER.compile("event.up").conjuncts()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            textBlock =
                    """
                    event.amount > 1            | ((1.0)  <  event.amount) // the same
                    event.amount == 1           | 1u == event.amount
                    event.host == 'a'           | event.host == "\\x61"
                    steps.first.exists(e, e.up) | steps.first.exists(other, other.up)
                    """)
    void equalConditionsHaveEqualText(String one, String other) throws Exception {
        assertThat(COMPILER.compile(one, List.of("first")).canonical())
                .isEqualTo(COMPILER.compile(other, List.of("first")).canonical());
    }

    @Test
    void otherConditionsHaveOtherText() throws Exception {
        List<String> texts = new ArrayList<>();
        for (String source :
                List.of(
                        "event.host == 'a'",
                        "event.host == 'b'",
                        "event.host != 'a'",
                        "event.host == 'a,b'",
                        "event.host in ['a','b']",
                        "event.host in ['a\",\"b']",
                        "event.message == 'a'",
                        "has(event.host)",
                        "steps.first.all(e, e.up)",
                        "steps.first.all(e, event.up)",
                        "steps.first.exists(e, e.up)")) {
            texts.add(COMPILER.compile(source, List.of("first")).canonical());
        }

        assertThat(texts).doesNotHaveDuplicates();
    }

    @Test
    void knowsWhetherItLooksAtEarlierSteps() throws Exception {
        assertThat(COMPILER.compile("event.up", List.of("first")).usesSteps()).isFalse();
        assertThat(COMPILER.compile("steps.first[0].up", List.of("first")).usesSteps()).isTrue();
    }

    @Test
    void textsCannotGrowWithoutBound() throws Exception {
        StringBuilder source = new StringBuilder("[event.message]");
        for (int i = 0; i < 20; i++) {
            source.append(".map(x, x + x)");
        }
        Expression expression = COMPILER.compile(source + "[0] == 'x'");

        assertThatThrownBy(() -> expression.test(EVENT))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("(expected: at most 65536)");
    }

    @Test
    void comprehensionsCannotRunForEver() throws Exception {
        Expression expression =
                COMPILER.compile(
                        "steps.first.all(a, steps.first.all(b, steps.first.all(c, a.host =="
                                + " b.host)))",
                        List.of("first"));
        List<EventRow> many = Collections.nCopies(200, row(""));

        assertThatThrownBy(() -> expression.test(EVENT, Map.of("first", many)))
                .isInstanceOf(EvaluationException.class)
                .hasMessageContaining("too many rounds");
    }

    @Test
    void aRegularExpressionTakesLinearTime() throws Exception {
        Expression expression = COMPILER.compile("event.message.matches('^(a+)+$')");

        assertThat(expression.test(row("'message':'%sb'".formatted("a".repeat(5_000))))).isFalse();
    }
}
