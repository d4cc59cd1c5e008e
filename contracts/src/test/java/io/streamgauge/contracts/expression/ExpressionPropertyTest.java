package io.streamgauge.contracts.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.event.EventRow;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ExpressionPropertyTest {

    private static final ExpressionCompiler COMPILER = new ExpressionCompiler(Rows.STREAM);

    @Property(tries = 1_000)
    void theShortCutGivesWhatCelGives(
            @ForAll("conditions") String source, @ForAll("events") EventRow event)
            throws Exception {
        Expression expression = COMPILER.compile(source);

        assertThat(expression.isFast()).as(source).isTrue();
        assertThat(result(() -> expression.test(event)))
                .as(source)
                .isEqualTo(result(() -> expression.testWithCel(event, Map.of())));
    }

    @Property(tries = 500)
    void conjunctsAndConstraintsSayWhatTheWholeSays(
            @ForAll("conditions") String source, @ForAll("events") EventRow event)
            throws Exception {
        Expression expression = COMPILER.compile(source);
        String whole = result(() -> expression.test(event));

        List<String> parts =
                expression.conjuncts().stream().map(it -> result(() -> it.test(event))).toList();
        if (parts.contains("false")) {
            assertThat(whole).isEqualTo("false");
        } else if (parts.stream().allMatch("true"::equals)) {
            assertThat(whole).isEqualTo("true");
        }
        for (Expression conjunct : expression.conjuncts()) {
            conjunct.constraint()
                    .filter(it -> event.get(it.field()) != null)
                    .ifPresent(
                            it ->
                                    assertThat(result(() -> conjunct.test(event)))
                                            .isEqualTo("" + it.admits(event.get(it.field()))));
        }
    }

    @Property(tries = 1_000)
    void noTextDoesMoreThanBeRefused(
            @ForAll("soup") String source, @ForAll("events") EventRow event) {
        Expression expression;
        try {
            expression = COMPILER.compile(source, List.of("first"));
        } catch (InvalidExpressionException e) {
            assertThat(e.problems()).isNotEmpty();
            return;
        }
        result(() -> expression.test(event, Map.of("first", List.of(event, event))));
    }

    private interface Test {
        boolean test() throws EvaluationException;
    }

    private static String result(Test test) {
        try {
            return "" + test.test();
        } catch (EvaluationException e) {
            return "failed";
        }
    }

    @Provide
    Arbitrary<String> conditions() {
        return Arbitraries.lazyOf(
                this::terms,
                this::terms,
                () ->
                        Combinators.combine(conditions(), Arbitraries.of("&&", "||"), conditions())
                                .as((a, op, b) -> "(" + a + " " + op + " " + b + ")"),
                () -> conditions().map(it -> "!(" + it + ")"));
    }

    private Arbitrary<String> terms() {
        Arbitrary<String> numbers = Arbitraries.of("0", "1", "-1", "2.5", "1 + 1", "-0.0");
        Arbitrary<String> fields = Arbitraries.of("event.amount", "event.cpu_percent");
        Arbitrary<String> comparisons = Arbitraries.of("<", "<=", ">", ">=", "==", "!=");
        Arbitrary<String> operands = Arbitraries.oneOf(numbers, fields);
        return Arbitraries.oneOf(
                Combinators.combine(fields, comparisons, operands)
                        .as((a, op, b) -> a + " " + op + " " + b),
                Combinators.combine(numbers, comparisons, fields)
                        .as((a, op, b) -> a + " " + op + " " + b),
                Combinators.combine(fields, numbers.list().ofMaxSize(3))
                        .as((field, list) -> field + " in " + list),
                Arbitraries.of(
                        "event.up",
                        "has(event.up)",
                        "has(event.message)",
                        "event.up == true",
                        "event.up != false",
                        "event.message == 'a'",
                        "event.message != 'a'",
                        "event.message in ['a', 'b']",
                        "event.message.startsWith('a')",
                        "event.message.endsWith('b')",
                        "event.message.contains('ab')",
                        "event.message == event.host",
                        "event.message < event.host",
                        "event.ts <= event.at"));
    }

    @Provide
    Arbitrary<EventRow> events() {
        Arbitrary<String> number = Arbitraries.of("0", "1", "-1", "2.5", "2", "-0.0");
        return Combinators.combine(
                        number.map("'amount':%s"::formatted).optional(0.8),
                        number.map("'cpu_percent':%s"::formatted).optional(0.8),
                        Arbitraries.of("'up':true", "'up':false").optional(0.8),
                        Arbitraries.of("'message':'a'", "'message':'ab'", "'message':''")
                                .optional(0.8),
                        Arbitraries.of("'at':'2026-01-05T10:30:00Z'", "'at':5").optional(0.8))
                .as(
                        (a, b, c, d, e) ->
                                Rows.row(
                                        List.of(a, b, c, d, e).stream()
                                                .flatMap(it -> it.stream())
                                                .collect(Collectors.joining(","))));
    }

    @Provide
    Arbitrary<String> soup() {
        Arbitrary<String> tokens =
                Arbitraries.of(
                        "event",
                        "steps",
                        ".",
                        "first",
                        "amount",
                        "message",
                        "up",
                        "ts",
                        "(",
                        ")",
                        "[",
                        "]",
                        "{",
                        "}",
                        ",",
                        "+",
                        "-",
                        "*",
                        "/",
                        "%",
                        "==",
                        "<",
                        "&&",
                        "||",
                        "!",
                        "?",
                        ":",
                        "1",
                        "0",
                        "2.5",
                        "1e400",
                        "'a'",
                        "b'a'",
                        "\"",
                        "in",
                        "map",
                        "filter",
                        "exists",
                        "all",
                        "size",
                        "x",
                        "null",
                        "true",
                        "\n",
                        "matches",
                        "getHours",
                        "timestamp",
                        "duration",
                        "sum",
                        "-9223372036854775808",
                        "99999999999999999999",
                        "event.amount",
                        "steps.first[0].amount",
                        "`",
                        "\\",
                        "\u0000",
                        "ä",
                        "int",
                        "string",
                        "double",
                        " ");
        return Arbitraries.oneOf(
                tokens.list().ofMaxSize(25).map(it -> String.join("", it)),
                tokens.list().ofMaxSize(25).map(it -> String.join(" ", it)),
                Arbitraries.strings().ofMaxLength(60));
    }
}
