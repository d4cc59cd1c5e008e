package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static io.streamgauge.alerting.TestAlerts.window;
import static io.streamgauge.alerting.TestAlerts.windowed;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Evidence;
import io.streamgauge.contracts.alert.Statistic;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class LevelAlertsTest {

    private static final List<String> BY_HOST = List.of("host");

    private static AlertDefinition raw90(Duration forDuration, Duration keepFiringFor) {
        return alert(1, spec(raw(Comparison.GREATER, 90), BY_HOST, forDuration, keepFiringFor));
    }

    @Test
    void aRawValueFiresAtOnceAndRecoversWithTheNext() {
        TestRun run = new TestRun(raw90(Duration.ZERO, Duration.ZERO));

        run.event(1_000, "a", 95).event(2_000, "a", 96).event(3_000, "a", 90);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 1000 at 1000",
                        "{\"host\":\"a\"} resolved recovered since 1000 at 3000");
        assertThat(run.sink.transitions.getFirst().evidence().value()).hasValue(95);
        assertThat(run.sink.transitions.getLast().evidence().value()).hasValue(90);
    }

    @Test
    void aRawValueHoldsUntilTheNextSoThatForRunsOutWithoutOne() {
        TestRun run = new TestRun(raw90(Duration.ofSeconds(10), Duration.ZERO));

        run.event(1_500, 1_000, "a", 95).advance(11_499);
        assertThat(run.lines()).containsExactly("{\"host\":\"a\"} pending since 1000 at 1000");
        run.advance(11_500);

        assertThat(run.lines()).last().isEqualTo("{\"host\":\"a\"} firing since 1000 at 11500");
    }

    @Test
    void anEventAtTheVeryMomentComesBeforeTheTimer() {
        TestRun run = new TestRun(raw90(Duration.ofSeconds(10), Duration.ZERO));

        run.event(1_000, "a", 95).event(11_000, "a", 1).advance(60_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} pending since 1000 at 1000",
                        "{\"host\":\"a\"} dismissed recovered since 1000 at 11000");
    }

    @Test
    void keepFiringForBridgesADip() {
        TestRun run = new TestRun(raw90(Duration.ZERO, Duration.ofSeconds(10)));

        run.event(1_000, "a", 95).event(2_000, "a", 1).event(11_999, "a", 95);
        run.event(13_000, "a", 1).advance(30_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 1000 at 1000",
                        "{\"host\":\"a\"} resolved recovered since 1000 at 23000");
    }

    @Test
    void aFiringAlertRecoversAtItsRecoveryLevel() {
        Condition condition =
                new Condition.Threshold(
                        new Condition.Subject.Raw("value"),
                        Comparison.GREATER,
                        90,
                        OptionalDouble.of(80));
        TestRun run = new TestRun(alert(1, spec(condition, BY_HOST)));

        run.event(1_000, "a", 85).event(2_000, "a", 91).event(3_000, "a", 81);
        run.event(4_000, "a", 80);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 2000 at 2000",
                        "{\"host\":\"a\"} resolved recovered since 2000 at 4000");
    }

    @Test
    void anEventOlderThanTheLastIsLateAndCounted() {
        TestRun run = new TestRun(raw90(Duration.ZERO, Duration.ZERO));

        run.event(5_000, "a", 95).event(6_000, 4_000, "a", 1).event(7_000, "a", 2);

        assertThat(run.lines()).hasSize(2);
        assertThat(run.sink.transitions.getLast().evidence().lateEvents()).isEqualTo(1);
    }

    @Test
    void instancesThatStartInOneMillisecondAreToldApart() {
        TestRun run = new TestRun(raw90(Duration.ZERO, Duration.ZERO));

        run.event(5_000, "a", 95).event(5_000, "a", 1).event(5_000, "a", 95).event(5_000, "a", 1);

        assertThat(run.lines()).hasSize(4); // the sink refuses a state that comes twice
    }

    @Test
    void anIdleKeyOfEachKindLeavesNothing() {
        TestRun run =
                new TestRun(
                        raw90(Duration.ofSeconds(5), Duration.ofSeconds(5)),
                        alert(
                                2,
                                spec(
                                        windowed(
                                                window(Statistic.P95, 10, 2),
                                                Comparison.GREATER,
                                                1),
                                        BY_HOST)),
                        alert(
                                3,
                                spec(
                                        windowed(
                                                window(Statistic.COUNT, 10, 2), Comparison.LESS, 5),
                                        BY_HOST)),
                        alert(
                                4,
                                spec(
                                        new Condition.Change(
                                                window(Statistic.MEAN, 10, 2),
                                                Duration.ofMinutes(1),
                                                true,
                                                Comparison.GREATER,
                                                50,
                                                OptionalDouble.empty()),
                                        BY_HOST)),
                        alert(
                                5,
                                spec(
                                        new Condition.Absence(
                                                Duration.ofSeconds(30), Duration.ofMinutes(2)),
                                        BY_HOST)));

        for (int i = 0; i < 20; i++) {
            run.event(1_000 + i * 500, "a" + i % 3, i * 10);
        }
        run.event(15_000, "a0", 1).event(15_000, "a1", 1).event(15_000, "a2", 1);
        assertThat(run.replay.keys()).isEqualTo(4); // the source is one
        run.advance(Duration.ofHours(25).toMillis());

        assertThat(run.replay.keys()).isZero();
        assertThat(run.sink.open).isEmpty();
    }

    @Test
    void aWindowIsDecidedWhenItsEventsHaveHadTimeToArrive() {
        TestRun run =
                new TestRun(
                        alert(
                                1,
                                spec(
                                        windowed(
                                                window(Statistic.MEAN, 10, 5),
                                                Comparison.GREATER,
                                                90),
                                        BY_HOST)));

        run.event(1_000, "a", 80).event(6_900, 4_999, "a", 120).advance(6_999);
        assertThat(run.lines()).isEmpty();
        run.advance(7_000);

        assertThat(run.lines()).containsExactly("{\"host\":\"a\"} firing since 5000 at 5000");
        Evidence evidence = run.sink.transitions.getFirst().evidence();
        assertThat(evidence.value()).hasValue(100);
        assertThat(evidence.windowStart()).contains(-5_000L);
        assertThat(evidence.windowEnd()).contains(5_000L);
        assertThat(evidence.clock()).isEqualTo(7_000);
    }

    @Test
    void aLateEventCountsForTheWindowsThatAreNotYetDecided() {
        TestRun run =
                new TestRun(
                        alert(
                                1,
                                spec(
                                        windowed(
                                                window(Statistic.SUM, 10, 5),
                                                Comparison.GREATER,
                                                100),
                                        BY_HOST)));

        run.event(1_000, "a", 80).event(7_001, 2_000, "a", 50).advance(60_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 10000 at 10000",
                        "{\"host\":\"a\"} resolved recovered since 10000 at 15000");
        assertThat(run.sink.transitions.getFirst().evidence().lateEvents()).isEqualTo(1);
    }

    @Test
    void fewEventsAreNoAlertBeforeTheKeyWasKnownForAWholeWindow() {
        TestRun run =
                new TestRun(
                        alert(
                                1,
                                spec(
                                        windowed(
                                                window(Statistic.COUNT, 10, 5), Comparison.LESS, 3),
                                        BY_HOST)));

        run.event(20_000, "a", 1).event(24_000, "a", 1).event(26_000, "a", 1).advance(60_000);

        assertThat(run.lines()).containsExactly("{\"host\":\"a\"} firing since 35000 at 35000");
        assertThat(run.sink.transitions.getFirst().evidence().value()).hasValue(1);
        run.advance(Duration.ofHours(25).toMillis());
        assertThat(run.lines()).last().asString().contains("resolved key-forgotten");
    }

    @Test
    void aChangeIsOfTheWindowBefore() {
        TestRun run =
                new TestRun(
                        alert(
                                1,
                                spec(
                                        new Condition.Change(
                                                window(Statistic.MEAN, 10, 10),
                                                Duration.ofSeconds(20),
                                                true,
                                                Comparison.AT_LEAST,
                                                50,
                                                OptionalDouble.empty()),
                                        BY_HOST)));

        run.event(1_000, "a", 10).event(11_000, "a", 40).event(21_000, "a", 15);
        run.event(31_000, "a", 59).advance(120_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 30000 at 30000",
                        "{\"host\":\"a\"} resolved recovered since 30000 at 40000");
        assertThat(run.sink.transitions.getFirst().evidence().reference()).hasValue(10);
    }

    @Test
    void annotationsAreRenderedWithTheKeyAndTheValue() {
        TestRun run =
                new TestRun(
                        alert(
                                1,
                                TestAlerts.annotated(
                                        spec(raw(Comparison.GREATER, 90), BY_HOST),
                                        "{{ key.host }}: {{ value }}")));

        run.event(1_000, "a", 95);

        assertThat(run.sink.transitions.getFirst().annotations()).containsEntry("summary", "a: 95");
    }

    @Test
    void anInstanceBeyondTheLimitIsRefusedOnceForAsLongAsItWouldFire() {
        Limits none =
                new Limits() {
                    @Override
                    public boolean mayOpen(RuleKey rule) {
                        return false;
                    }

                    @Override
                    public int partialMatches(RuleKey rule) {
                        return 1;
                    }
                };
        TestRun run = new TestRun(none, raw90(Duration.ZERO, Duration.ZERO));

        run.event(1_000, "a", 95).event(2_000, "a", 96).event(3_000, "a", 1).event(4_000, "a", 97);

        assertThat(run.lines()).isEmpty();
        assertThat(run.sink.refused).isEqualTo(2);
    }

    @Test
    void anExpressionWithoutValueIsCountedAndTheEventPassedOver() {
        TestRun run =
                new TestRun(
                        alert(
                                1,
                                TestAlerts.where(
                                        spec(raw(Comparison.GREATER, 90), BY_HOST),
                                        "event.kind == 'x'")));

        run.event(1_000, "a", 95);

        assertThat(run.lines()).isEmpty();
        assertThat(run.sink.failures).hasSize(1);
    }
}
