package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SequenceAlertsTest {

    private static Step step(String name, Contiguity contiguity, String where) {
        return new Step(name, contiguity, new Step.Single(Optional.of(where)), Quantifier.ONCE);
    }

    private static AlertDefinition rising(Condition.Outcome outcome) {
        Condition condition =
                new Condition.Sequence(
                        List.of(
                                step("low", Contiguity.FOLLOWED_BY, "event.value < 10"),
                                step(
                                        "high",
                                        Contiguity.FOLLOWED_BY,
                                        "event.value > steps.low[0].value + 50")),
                        Optional.of(
                                new Condition.Within(
                                        Optional.of(Duration.ofSeconds(10)), Optional.empty())),
                        Skip.PAST_LAST_EVENT,
                        outcome);
        return alert(
                1,
                TestAlerts.annotated(
                        spec(condition, List.of("host"), Duration.ZERO, Duration.ofSeconds(30)),
                        "from {{ steps.low.value }}"));
    }

    @Test
    void aMatchFiresWhenItsEventsAreInOrderAndResolvesAfterAWhile() {
        TestRun run = new TestRun(rising(Condition.Outcome.MATCH));

        run.event(1_500, 1_200, "a", 70).event(1_600, 1_000, "a", 5).advance(3_199);
        assertThat(run.lines()).isEmpty();
        run.advance(60_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 1000 at 1200",
                        "{\"host\":\"a\"} resolved recovered since 1000 at 33200");
        assertThat(run.sink.transitions.getFirst().evidence().steps())
                .containsOnlyKeys("low", "high");
        assertThat(run.sink.transitions.getFirst().annotations())
                .containsEntry("summary", "from 5");
        assertThat(run.replay.keys()).isZero();
    }

    @Test
    void whatDoesNotFinishInTimeIsAnAlertAlthoughNothingArrives() {
        TestRun run = new TestRun(rising(Condition.Outcome.TIMEOUT));

        run.event(1_000, "a", 5).advance(12_999);
        assertThat(run.lines()).isEmpty();
        run.advance(13_000);

        assertThat(run.lines()).containsExactly("{\"host\":\"a\"} firing since 1000 at 11000");
        assertThat(run.sink.transitions.getFirst().evidence().timedOut()).isTrue();
        run.advance(43_000);
        assertThat(run.replay.keys()).isZero();
    }

    @Test
    void anUnfinishedMatchEndsWithoutATraceWhereOnlyMatchesCount() {
        TestRun run = new TestRun(rising(Condition.Outcome.MATCH));

        run.event(1_000, "a", 5).advance(20_000);

        assertThat(run.lines()).isEmpty();
        assertThat(run.replay.keys()).isZero();
    }

    private static AlertDefinition endless() {
        Condition condition =
                new Condition.Sequence(
                        List.of(
                                step("low", Contiguity.FOLLOWED_BY, "event.value < 10"),
                                step("high", Contiguity.FOLLOWED_BY, "event.value > 50")),
                        Optional.empty(),
                        Skip.PAST_LAST_EVENT,
                        Condition.Outcome.BOTH);
        return alert(1, spec(condition, List.of("host")));
    }

    @Test
    void partialMatchesThatNothingEndsAreForgottenAfterADayWithoutATrace() {
        long day = Duration.ofHours(24).toMillis();
        TestRun run = new TestRun(endless());

        run.event(1_000, "a", 5).event(1_000, "b", 5).event(3_600_000, "b", 6);
        run.advance(1_000 + 2_000 + day - 1);
        assertThat(run.replay.keys()).isEqualTo(2);
        run.advance(1_000 + 2_000 + day);
        assertThat(run.replay.keys()).isEqualTo(1);
        run.event(3_600_000 + day, "b", 70).advance(2 * day);

        assertThat(run.lines()).first().isEqualTo("{\"host\":\"b\"} firing since 1000 at 90000000");
        run.advance(4 * day);
        assertThat(run.replay.keys()).isZero();
        assertThat(run.sink.failures).isEmpty();
    }

    @Test
    void partialMatchesBeyondTheLimitAreDroppedOldestFirst() {
        Limits one =
                new Limits() {
                    @Override
                    public boolean mayOpen(RuleKey rule) {
                        return true;
                    }

                    @Override
                    public int partialMatches(RuleKey rule) {
                        return 1;
                    }
                };
        TestRun run = new TestRun(one, rising(Condition.Outcome.MATCH));

        run.event(1_000, "a", 5).event(2_000, "a", 6).event(3_000, "a", 70).advance(60_000);

        assertThat(run.sink.dropped).isEqualTo(1);
        assertThat(run.lines()).first().isEqualTo("{\"host\":\"a\"} firing since 2000 at 3000");
    }
}
