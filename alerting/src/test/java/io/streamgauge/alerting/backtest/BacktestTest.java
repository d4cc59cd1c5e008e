package io.streamgauge.alerting.backtest;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.alerting.InvalidRuleException;
import io.streamgauge.alerting.TestAlerts;
import io.streamgauge.alerting.TestRun;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Statistic;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BacktestTest {

    private static final AlertDefinition ALERT =
            alert(1, spec(raw(Comparison.GREATER, 5), List.of("host")));

    private static List<BacktestEvent> events(int count) {
        return LongStream.range(0, count)
                .mapToObj(
                        i ->
                                new BacktestEvent(
                                        TestAlerts.STREAM_ID,
                                        TestAlerts.row(i * 1_000, "h" + i % 3, (double) (i % 10)),
                                        i * 1_000,
                                        0,
                                        i))
                .toList();
    }

    private static BacktestResult run(long events, int transitions) throws Exception {
        BacktestLimits limits =
                new BacktestLimits(events, transitions, 1 << 20, Duration.ofMinutes(1));
        return new Backtest(ALERT, List.of(), List.of(TestAlerts.STREAM), 0, limits)
                .run(events(100), 200_000);
    }

    @Test
    void findsWhatTheRunningAlertWouldHaveFound() throws Exception {
        TestRun run = new TestRun(ALERT);
        events(100).forEach(run.replay::event);
        run.advance(200_000);

        BacktestResult result = run(1_000, 1_000);

        assertThat(result.transitions()).isEqualTo(run.sink.transitions).isNotEmpty();
        assertThat(result.events()).isEqualTo(100);
        assertThat(result.keys()).isEqualTo(3);
        assertThat(result.stopped()).isEmpty();
    }

    @Test
    void stopsAtItsLimitsAndSaysWhich() throws Exception {
        assertThat(run(10, 1_000).stopped()).contains(BacktestResult.Stopped.EVENTS);
        assertThat(run(1_000, 2).stopped()).contains(BacktestResult.Stopped.TRANSITIONS);
        assertThat(run(1_000, 2).transitions()).hasSize(2);
    }

    /** As costly as a sequence can be: each event may belong to each partial match, or not. */
    private static AlertDefinition runaway() {
        Condition condition =
                new Condition.Sequence(
                        List.of(
                                new Condition.Step(
                                        "first",
                                        Condition.Contiguity.FOLLOWED_BY,
                                        new Condition.Step.Single(Optional.of("event.value >= 0")),
                                        Condition.Quantifier.ONCE),
                                new Condition.Step(
                                        "second",
                                        Condition.Contiguity.FOLLOWED_BY_ANY,
                                        new Condition.Step.Single(
                                                Optional.of(
                                                        "event.value < steps.first[0].value -"
                                                                + " 100")),
                                        Condition.Quantifier.ONCE)),
                        Optional.of(
                                new Condition.Within(
                                        Optional.of(Duration.ofDays(7)), Optional.empty())),
                        new Condition.Skip(Condition.Skip.Strategy.NO_SKIP, Optional.empty()),
                        Condition.Outcome.MATCH);
        return alert(1, spec(condition, List.of(), Duration.ZERO, Duration.ofSeconds(1)));
    }

    /** On a clock that goes on by a millisecond each time that it is looked at. */
    private static BacktestResult run(
            AlertDefinition alert, List<BacktestEvent> events, long end, long millis)
            throws Exception {
        BacktestLimits limits =
                new BacktestLimits(1_000_000, 1_000, 1L << 40, Duration.ofMillis(millis));
        AtomicLong nanos = new AtomicLong();
        return new Backtest(
                        alert,
                        List.of(),
                        List.of(TestAlerts.STREAM),
                        0,
                        limits,
                        () -> nanos.addAndGet(1_000_000))
                .run(events, end);
    }

    @Test
    void aSequenceThatRunsAwayEndsInTimeAndSaysHowFarItCame() throws Exception {
        BacktestResult result = run(runaway(), events(1_000), 2_000_000, 300);

        assertThat(result.stopped()).contains(BacktestResult.Stopped.ELAPSED);
        assertThat(result.events()).isBetween(100L, 300L);
        assertThat(result.until()).isBetween((result.events() - 1) * 1_000, 300_000L);
    }

    @Test
    void manyKeysEndBeforeTheirStateIsTooLarge() throws Exception {
        List<BacktestEvent> events =
                LongStream.range(0, 20_000)
                        .mapToObj(
                                i ->
                                        new BacktestEvent(
                                                TestAlerts.STREAM_ID,
                                                TestAlerts.row(i * 10, "h" + i, 9),
                                                i * 10,
                                                0,
                                                i))
                        .toList();
        AlertDefinition pending =
                alert(
                        1,
                        spec(
                                raw(Comparison.GREATER, 5),
                                List.of("host"),
                                Duration.ofDays(1),
                                Duration.ZERO));
        BacktestLimits limits =
                new BacktestLimits(1_000_000, 1_000_000, 100_000, Duration.ofMinutes(1));

        BacktestResult result =
                new Backtest(pending, List.of(), List.of(TestAlerts.STREAM), 0, limits)
                        .run(events, 1_000_000);

        assertThat(result.stopped()).contains(BacktestResult.Stopped.BYTES);
        assertThat(result.events()).isBetween(500L, 19_000L);
        assertThat(result.until()).isLessThan(200_000);
    }

    @Test
    void whatGoesOnWithoutEventsEndsInTimeToo() throws Exception {
        AlertDefinition sliding =
                alert(
                        1,
                        spec(
                                TestAlerts.windowed(
                                        TestAlerts.window(Statistic.MEAN, 600, 1),
                                        Comparison.GREATER,
                                        5),
                                List.of("host")));
        List<BacktestEvent> events =
                LongStream.range(0, 200)
                        .mapToObj(
                                i ->
                                        new BacktestEvent(
                                                TestAlerts.STREAM_ID,
                                                TestAlerts.row(1_000, "h" + i, 1),
                                                1_000,
                                                0,
                                                i))
                        .toList();
        long end = 700_000; // the windows of each key end 600 times after its event

        BacktestResult result = run(sliding, events, end, 500);

        assertThat(result.stopped()).contains(BacktestResult.Stopped.ELAPSED);
        assertThat(result.events()).isEqualTo(200);
        assertThat(result.until()).isBetween(1_000L, end - 1);
    }

    @Test
    void refusesAnAlertThatDoesNotCompile() {
        AlertDefinition broken =
                alert(
                        1,
                        TestAlerts.where(
                                spec(raw(Comparison.GREATER, 5), List.of()), "event.hots == 'a'"));

        assertThatThrownBy(
                        () ->
                                new Backtest(
                                        broken,
                                        List.of(),
                                        List.of(TestAlerts.STREAM),
                                        0,
                                        new BacktestLimits(1, 1, 1, Duration.ZERO)))
                .isInstanceOf(InvalidRuleException.class)
                .hasMessageContaining("hots");
    }
}
