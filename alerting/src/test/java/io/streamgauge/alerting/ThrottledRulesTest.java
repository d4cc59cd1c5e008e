package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Condition.Contiguity;
import io.streamgauge.contracts.alert.Condition.Quantifier;
import io.streamgauge.contracts.alert.Condition.Skip;
import io.streamgauge.contracts.alert.Condition.Step;
import io.streamgauge.contracts.alert.Statistic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a rule that is suspended for its cost makes of what it has missed. */
class ThrottledRulesTest {

    private static final List<String> BY_HOST = List.of("host");
    private static final RuleKey FIRST = new RuleKey(TestAlerts.TENANT, id(1), 1);

    /** Suspends a rule when it is told to, and counts what was spent. */
    private static final class Switch implements EvaluationBudget {

        private long from = Long.MAX_VALUE;
        private long until = Long.MAX_VALUE;
        private final Map<RuleKey, Long> spent = new HashMap<>();

        @Override
        public long suspendedUntil(RuleKey rule, long clock) {
            return rule.equals(FIRST) && clock >= from && clock < until ? until : clock;
        }

        @Override
        public void spent(RuleKey rule, long clock, long units) {
            spent.merge(rule, units, Long::sum);
        }

        long of(RuleKey rule) {
            return spent.getOrDefault(rule, 0L);
        }

        void suspend(long since, long to) {
            from = since;
            until = to;
        }
    }

    private final Switch budget = new Switch();

    private TestRun run(AlertDefinition... alerts) {
        return new TestRun(Limits.NONE, budget, alerts);
    }

    private static Step step(String name, Contiguity contiguity, String where) {
        return new Step(name, contiguity, new Step.Single(Optional.of(where)), Quantifier.ONCE);
    }

    private static AlertDefinition lowThenHigh() {
        return alert(
                1,
                spec(
                        new Condition.Sequence(
                                List.of(
                                        step("low", Contiguity.FOLLOWED_BY, "event.value < 10"),
                                        step("high", Contiguity.FOLLOWED_BY, "event.value > 50")),
                                Optional.of(
                                        new Condition.Within(
                                                Optional.of(Duration.ofMinutes(5)),
                                                Optional.empty())),
                                Skip.PAST_LAST_EVENT,
                                Condition.Outcome.BOTH),
                        BY_HOST,
                        Duration.ZERO,
                        Duration.ofSeconds(1)));
    }

    @Test
    void aSequenceBeginsAnewWhereItHasMissedAnEvent() {
        TestRun run = run(lowThenHigh());
        budget.suspend(10_000, 20_000);

        run.event(1_000, "a", 5).event(1_000, "b", 5);
        run.event(11_000, "a", 60); // missed: nobody knows what it would have been
        run.event(30_000, "a", 70).event(30_000, "b", 70).advance(600_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"b\"} firing since 1000 at 30000",
                        "{\"host\":\"b\"} resolved recovered since 1000 at 33000");
        assertThat(run.sink.skipped).containsEntry(FIRST, 1L);
        assertThat(run.replay.keys()).isZero();
    }

    @Test
    void othersAreJudgedMeanwhile() {
        TestRun run = run(lowThenHigh(), alert(2, spec(raw(Comparison.GREATER, 90), BY_HOST)));
        budget.suspend(10_000, 20_000);

        run.event(1_000, "a", 5).event(11_000, "a", 95).event(12_000, "a", 1).advance(60_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 11000 at 11000",
                        "{\"host\":\"a\"} resolved recovered since 11000 at 12000");
    }

    @Test
    void whatWasMissedIsNotSilence() {
        TestRun run =
                run(
                        alert(
                                1,
                                spec(
                                        new Condition.Absence(
                                                Duration.ofSeconds(5), Duration.ofHours(1)),
                                        List.of())));
        budget.suspend(10_000, 20_000);

        for (long at = 1_000; at <= 23_000; at += 1_000) {
            run.event(at, "a", 1);
        }
        assertThat(run.lines()).isEmpty();
        run.advance(60_000);

        assertThat(run.lines()).containsExactly("{} firing since 28000 at 28000");
        assertThat(run.sink.skipped.get(FIRST)).isGreaterThan(9);
    }

    @Test
    void silenceThatLastsIsToldOfLaterByAsMuch() {
        TestRun run =
                run(
                        alert(
                                1,
                                spec(
                                        new Condition.Absence(
                                                Duration.ofSeconds(5), Duration.ofHours(1)),
                                        List.of())));
        budget.suspend(8_000, 20_000);

        run.event(6_000, "a", 1).advance(19_999);
        assertThat(run.lines()).isEmpty();
        run.advance(60_000);

        // Due at 11 s, and missed: 9 s do not count.
        assertThat(run.lines()).containsExactly("{} firing since 20000 at 20000");
    }

    @Test
    void aThresholdHoldsForTheTimeInWhichItWasJudged() {
        TestRun run =
                run(
                        alert(
                                1,
                                spec(
                                        raw(Comparison.GREATER, 90),
                                        BY_HOST,
                                        Duration.ofSeconds(6),
                                        Duration.ZERO)));
        budget.suspend(10_000, 20_000);

        run.event(5_000, "a", 95).event(10_500, "a", 96).advance(19_999);
        assertThat(run.lines()).containsExactly("{\"host\":\"a\"} pending since 5000 at 5000");
        run.advance(60_000);

        // 5.5 s before, none meanwhile, and the rest afterwards.
        assertThat(run.lines()).last().isEqualTo("{\"host\":\"a\"} firing since 5000 at 20500");
    }

    @Test
    void windowsWithAHoleCountAsThoseOfAKeyThatWasNotKnown() {
        Condition.Window window =
                new Condition.Window(
                        Optional.empty(),
                        Statistic.COUNT,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1));
        TestRun run = run(alert(1, spec(TestAlerts.windowed(window, Comparison.LESS, 5), BY_HOST)));
        budget.suspend(20_000, 30_000);

        for (long at = 500; at <= 60_000; at += 1_000) {
            run.event(at, "a", 1);
        }
        run.advance(60_000);

        assertThat(run.lines()).isEmpty();
    }

    @Test
    void anInstanceThatIsOpenStaysOpenAndEndsWithItsRule() {
        TestRun run = run(alert(1, spec(raw(Comparison.GREATER, 90), BY_HOST)));
        budget.suspend(10_000, 20_000);

        run.event(5_000, "a", 95).event(11_000, "a", 5);
        run.book.put(RuleRevision.removal(TestAlerts.TENANT, id(1), 15_000));
        run.advance(60_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 5000 at 5000",
                        "{\"host\":\"a\"} resolved rule-removed since 5000 at 15000");
        assertThat(run.replay.keys()).isZero();
    }

    @Test
    void partialMatchesCostMoreThanNone() {
        TestRun run = run(lowThenHigh(), alert(2, spec(raw(Comparison.GREATER, 90), BY_HOST)));
        for (int i = 0; i < 100; i++) {
            run.event(1_000 + i, "a", 5);
        }
        run.advance(4_000);
        RuleKey cheap = new RuleKey(TestAlerts.TENANT, id(2), 1);

        assertThat(budget.of(FIRST)).isGreaterThan(10 * budget.of(cheap));
    }

    @Test
    void theSameEventsCostTheSame() {
        long[] spent = new long[2];
        for (int i = 0; i < 2; i++) {
            Switch counting = new Switch();
            TestRun run = new TestRun(Limits.NONE, counting, lowThenHigh());
            for (int j = 0; j < 200; j++) {
                run.event(1_000 + j, "h" + j % 3, j % 7 == 0 ? 70 : 5);
            }
            run.advance(600_000);
            spent[i] = counting.of(FIRST);
        }

        assertThat(spent[0]).isEqualTo(spent[1]).isPositive();
    }
}
