package io.streamgauge.contracts.alert;

import static io.streamgauge.contracts.alert.Documents.alert;
import static io.streamgauge.contracts.alert.Documents.read;
import static io.streamgauge.contracts.alert.Documents.sequence;
import static io.streamgauge.contracts.alert.Documents.violations;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.Condition.InnerContiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceReaderTest {

    private static final String A = "{'name':'a','where':'true'}";
    private static final String B = "{'name':'b','where':'true'}";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'times':1                              | 1 | 1 | false
                    'times':3                              | 3 | 3 | false
                    'times':{'from':2,'to':4}              | 2 | 4 | false
                    'times':{'from':0,'to':4}              | 1 | 4 | true
                    'times':{'from':2}                     | 2 | 0 | false
                    'times':{'from':0}                     | 1 | 0 | true
                    'oneOrMore':true                       | 1 | 0 | false
                    'oneOrMore':false                      | 1 | 1 | false
                    'oneOrMore':true,'optional':true       | 1 | 0 | true
                    'optional':true                        | 1 | 1 | true
                    """)
    void readsHowOftenAStepOccurs(String more, int least, int most, boolean optional) {
        Condition.Sequence sequence =
                (Condition.Sequence)
                        read(sequence(
                                        "'within':'1m'",
                                        A,
                                        "{'name':'b','where':'true',%s}".formatted(more)))
                                .condition();

        assertThat(sequence.steps().getLast().quantifier())
                .isEqualTo(
                        new Quantifier(
                                least,
                                most == 0 ? Optional.empty() : Optional.of(most),
                                optional,
                                false,
                                InnerContiguity.RELAXED,
                                Optional.empty(),
                                Optional.empty()));
    }

    @Test
    void readsGroupsAndTheRest() {
        Condition.Sequence sequence =
                (Condition.Sequence)
                        read(sequence(
                                        "'within':{'firstToLast':'5m','previousToCurrent':'1m'},'on':'both','skip':{'skipToLast':'a'}",
                                        A,
                                        "{'name':'g','contiguity':'next','oneOrMore':true,'until':'false','within':'1m','steps':[%s]}"
                                                .formatted(B)))
                                .condition();

        assertThat(sequence.outcome()).isEqualTo(Condition.Outcome.BOTH);
        assertThat(sequence.within().orElseThrow().previousToCurrent())
                .contains(Duration.ofMinutes(1));
        assertThat(sequence.skip())
                .isEqualTo(
                        new Condition.Skip(Condition.Skip.Strategy.SKIP_TO_LAST, Optional.of("a")));
        assertThat(sequence.steps().getLast().body()).isInstanceOf(Condition.Step.Group.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    'contiguity':'notNext','times':2       | times: what must not come has no number of times
                    'contiguity':'notFollowedBy','optional':true | optional: what must not come has no number of times
                    'greedy':true                          | greedy: the step occurs once (expected: times)
                    'times':1,'consecutive':true           | consecutive: the step occurs once (expected: times)
                    'within':'1s'                          | within: the step occurs once (expected: times)
                    'times':2,'within':'2m'                | within: 2m (expected: at most within of the sequence, 1m)
                    'times':2,'until':'true'               | until: the step has a last time (expected: oneOrMore, or times without to)
                    'times':2,'greedy':true,'allowCombinations':true | greedy: true (expected: no allowCombinations)
                    'times':2,'consecutive':true,'allowCombinations':true | allowCombinations: true (expected: not both)
                    'times':2,'oneOrMore':true             | times: there is oneOrMore (expected: one of the two)
                    'times':0                              | times: 0 (expected: 1 to 100)
                    'times':{'from':3,'to':2}              | times/to: 2 (expected: 3 or more)
                    'times':{'to':2}                       | times/from: missing (expected: a whole number from 0 to 100)
                    'contiguity':'followBy'                | contiguity: "followBy" (expected: one of next, followedBy, followedByAny, notNext, notFollowedBy) (did you mean followedBy?)
                    """)
    void saysWhatIsWrongWithAStep(String more, String violation) {
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        A,
                                        "{'name':'b','where':'true',%s}".formatted(more))))
                .contains("#/condition/steps/1/" + violation);
    }

    @Test
    void keepsToTheRulesOfPatterns() {
        assertThat(violations(sequence("", "{'name':'a','contiguity':'notNext'}", B)))
                .contains(
                        "#/condition/steps/0/contiguity: the first step is what comes, not what"
                                + " must not");
        assertThat(violations(sequence("", A, "{'name':'b','contiguity':'notFollowedBy'}")))
                .containsExactly(
                        "#/condition/steps/1/contiguity: notFollowedBy as the last step needs an"
                                + " end of the wait (expected: within)");
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        A,
                                        "{'name':'b','optional':true}",
                                        "{'name':'c','contiguity':'notNext'}")))
                .containsExactly(
                        "#/condition/steps/2/contiguity: notNext after b, which is optional"
                                + " (expected: two alerts, with and without it)");
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        "{'name':'a','times':2,'greedy':true}",
                                        "{'name':'b','optional':true}")))
                .containsExactly(
                        "#/condition/steps/1: optional after a, which is greedy (expected: one of"
                                + " the two)");
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        "{'name':'g','greedy':true,'times':2,'steps':[%s]}"
                                                .formatted(A))))
                .containsExactly("#/condition/steps/0/greedy: a group of steps cannot be greedy");
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        "{'name':'g','steps':[%s,{'name':'n','contiguity':'notFollowedBy'}]}"
                                                .formatted(A),
                                        B)))
                .containsExactly(
                        "#/condition/steps/0/steps/1/contiguity: notFollowedBy cannot be the last"
                                + " step of a group");
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        A,
                                        "{'name':'g','contiguity':'notNext','steps':[%s]}"
                                                .formatted(B))))
                .containsExactly(
                        "#/condition/steps/1/steps: what must not come is one event, not a group");
    }

    @Test
    void refusesWhatFlinkCepTakesAndGetsLostIn() {
        String optional = "{'name':'o','optional':true}";
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        A,
                                        "{'name':'g','oneOrMore':true,'steps':[%s]}"
                                                .formatted(optional))))
                .containsExactly(
                        "#/condition/steps/1/steps: all optional in a group that repeats without an"
                                + " end (expected: one that is not)");
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        "{'name':'g','steps':[%s]}".formatted(optional),
                                        "{'name':'n','contiguity':'notFollowedBy'}",
                                        B)))
                .containsExactly(
                        "#/condition/steps/1/contiguity: notFollowedBy after g, which is optional"
                                + " (expected: two alerts, with and without it)");
        assertThat(
                        violations(
                                sequence(
                                        "'within':'1m'",
                                        A,
                                        "{'name':'n','contiguity':'notFollowedBy'}",
                                        optional,
                                        "{'name':'c','oneOrMore':true,'greedy':true,'optional':true,'until':'true'}")))
                .containsExactly(
                        "#/condition/steps/3/until: greedy, optional and with until after n, which"
                                + " must not come (expected: at most two of the three)");
    }

    @Test
    void namesOfStepsAreUniqueAndSkipsKnowThem() {
        assertThat(violations(sequence("", A, A)))
                .containsExactly(
                        "#/condition/steps/1/name: \"a\" is the name of #/condition/steps/0 already"
                                + " (expected: unique names)");
        assertThat(violations(sequence("'skip':{'skipToFirst':'bb'}", A, B)))
                .containsExactly(
                        "#/condition/skip/skipToFirst: bb: no such step that occurs, outside groups"
                                + " (expected: one of a, b) (did you mean b?)");
        assertThat(violations(sequence("'skip':'skipToFirst'", A, B))).hasSize(1);
        assertThat(violations(sequence("'skip':{'skipToFirst':'a','skipToLast':'b'}", A, B)))
                .hasSize(1);
    }

    @Test
    void refusesWhatHasNoEnd() {
        assertThat(violations(sequence("", "{'name':'a'}", B)))
                .containsExactly(
                        "#/condition/steps/0/where: every event starts a match and nothing ends it"
                                + " (expected: where, or within)");
        assertThat(violations(sequence("'within':'1h'", "{'name':'a'}", B))).isEmpty();
        assertThat(
                        violations(
                                alert(
                                        "{'kind':'sequence','steps':[{'name':'a'},%s]}"
                                                .formatted(B),
                                        "'where':'true'")))
                .isEmpty();
        assertThat(violations(sequence("", A, "{'name':'b','oneOrMore':true}", "{'name':'c'}")))
                .containsExactly(
                        "#/condition/steps/1: repeats without an end (expected: within of the"
                                + " sequence or the step, or until)");
        assertThat(violations(sequence("'on':'timeout'", A, B)))
                .containsExactly("#/condition/on: timeout: nothing times out (expected: within)");
        assertThat(
                        violations(
                                sequence(
                                        "'within':{'firstToLast':'1m','previousToCurrent':'2m'}",
                                        A)))
                .containsExactly(
                        "#/condition/within/previousToCurrent: 2m (expected: at most firstToLast,"
                                + " 1m)");
    }

    @Test
    void refusesTooManyStepsAtAnyDepth() {
        String many =
                IntStream.range(0, 31)
                        .mapToObj("{'name':'s%d','where':'true'}"::formatted)
                        .collect(Collectors.joining(","));
        assertThat(violations(sequence("", many))).isEmpty();
        assertThat(violations(sequence("", "{'name':'g','steps':[%s]}".formatted(many), B)))
                .containsExactly(
                        "#/condition/steps/1: one step more (expected: at most 32 in all)");
        String deep = A;
        for (int i = 0; i < 4; i++) {
            deep = "{'name':'g%d','steps':[%s]}".formatted(i, deep);
        }
        assertThat(violations(sequence("", deep)))
                .containsExactly(
                        "#/condition/steps/0/steps/0/steps/0/steps/0/steps: groups in groups"
                                + " (expected: at most 4 levels)");
        assertThat(
                        violations(
                                sequence(
                                        "",
                                        "{'name':'g','times':100,'steps':[{'name':'a','where':'true','times':11}]}")))
                .containsExactly(
                        "#/condition/steps: 1100 steps, each as many times as it may have to occur"
                                + " (expected: at most 1000)");
    }
}
