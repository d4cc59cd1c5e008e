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
import java.time.Duration;
import java.util.List;
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
