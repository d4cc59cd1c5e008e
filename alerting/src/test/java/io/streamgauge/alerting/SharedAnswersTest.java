package io.streamgauge.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.InstanceIds;
import io.streamgauge.contracts.event.EventRow;
import io.streamgauge.contracts.expression.EvaluationException;
import io.streamgauge.contracts.expression.Expression;
import io.streamgauge.contracts.expression.ExpressionCompiler;
import io.streamgauge.contracts.expression.InvalidExpressionException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedAnswersTest {

    private static final ExpressionCompiler COMPILER =
            new ExpressionCompiler(TestAlerts.STREAM.spec());

    private final SharedAnswers answers = new SharedAnswers();

    @Test
    void evaluatesOnceWhatIsAskedOfAnEventInOtherWords() throws Exception {
        EventRow event = event(5, "a");

        assertThat(answers.test(compile("event.value > 3"), event)).isTrue();
        assertThat(answers.test(compile("(event.value>3.0)"), event)).isTrue();

        assertThat(answers.evaluated()).isEqualTo(1);
    }

    @Test
    void sharesTheConjunctsOfWhatIsElseDifferent() throws Exception {
        EventRow event = event(5, "a");

        assertThat(answers.test(compile("event.kind == 'a' && event.value > 3"), event)).isTrue();
        assertThat(answers.test(compile("event.value > 9 && event.kind == 'a'"), event)).isFalse();
        assertThat(answers.test(compile("event.kind == 'a' && event.value > 9"), event)).isFalse();

        assertThat(answers.evaluated()).isEqualTo(3);
    }

    @Test
    void asksAgainForTheNextEvent() throws Exception {
        Expression condition = compile("event.value > 3");

        assertThat(answers.test(condition, event(5, "a"))).isTrue();
        assertThat(answers.test(condition, event(1, "a"))).isFalse();
        assertThat(answers.test(condition, event(5, "a"))).isTrue();
    }

    @Test
    void hasNoValueWhereAConjunctHasNoneAndNoOtherIsFalse() throws Exception {
        EventRow event = TestAlerts.row("{\"ts\":1,\"host\":\"h\",\"value\":5}");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(
                            () ->
                                    answers.test(
                                            compile("event.kind == 'a' && event.value > 3"), event))
                    .isInstanceOf(EvaluationException.class);
            assertThat(answers.test(compile("event.kind == 'a' && event.value > 9"), event))
                    .isFalse();
        }
    }

    @Test
    void servesAllSequencesOfAJudge() throws Exception {
        SequenceMatchers matchers = new SequenceMatchers(answers);
        SequenceEvent event = new SequenceEvent(event(5, "a"), new InstanceIds.Position(0, 0));

        for (int number = 0; number < 10; number++) {
            AlertDefinition alert = TestAlerts.alert(number, sequence());
            CompiledRule rule =
                    CompiledRule.compile(
                            alert, alert.versions().getFirst(), Optional.of(TestAlerts.STREAM));
            matchers.of(rule).matcher().newState().process(event, 1_000, match -> {});
        }

        assertThat(answers.evaluated()).isEqualTo(1);
    }

    private static AlertSpec sequence() {
        return TestAlerts.spec(
                new Condition.Sequence(
                        List.of(
                                new Step(
                                        "high",
                                        Contiguity.FOLLOWED_BY,
                                        new Step.Single(Optional.of("event.value > 3")),
                                        Quantifier.ONCE),
                                new Step(
                                        "higher",
                                        Contiguity.FOLLOWED_BY,
                                        new Step.Single(Optional.of("event.value > 4")),
                                        Quantifier.ONCE)),
                        Optional.empty(),
                        Skip.PAST_LAST_EVENT,
                        Condition.Outcome.MATCH),
                List.of("host"));
    }

    private static Expression compile(String source) throws InvalidExpressionException {
        return COMPILER.compile(source);
    }

    private static EventRow event(double value, String kind) {
        return TestAlerts.row(
                "{\"ts\":1,\"host\":\"h\",\"value\":%s,\"kind\":\"%s\"}"
                        .formatted(Double.toString(value), kind));
    }
}
