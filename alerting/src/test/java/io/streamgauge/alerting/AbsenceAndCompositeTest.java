package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Evidence.Silence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AbsenceAndCompositeTest {

    private static AlertDefinition silent30(List<String> groupBy) {
        return alert(
                1,
                spec(new Condition.Absence(Duration.ofSeconds(30), Duration.ofHours(1)), groupBy));
    }

    @Test
    void oneSilentKeyFiresAlthoughNothingOfItArrives() {
        TestRun run = new TestRun(silent30(List.of("host")));

        run.event(1_000, "a", 1);
        for (long at = 1_000; at <= 50_000; at += 5_000) {
            run.event(at, "b", 1);
        }
        run.event(50_000, "a", 1);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} firing since 31000 at 31000",
                        "{\"host\":\"a\"} resolved recovered since 31000 at 50000");
        assertThat(run.sink.transitions.getFirst().evidence().silence()).contains(Silence.KEY);
    }

    @Test
    void aSilentSourceFiresOnceAndNotForEachKey() {
        TestRun run = new TestRun(silent30(List.of("host")));

        run.event(1_000, "a", 1).event(2_000, "b", 1).event(3_000, "c", 1).advance(200_000);
        assertThat(run.lines()).containsExactly("{} firing since 33999 at 33999");
        assertThat(run.sink.transitions.getFirst().evidence().silence()).contains(Silence.SOURCE);

        run.event(200_500, "a", 1).event(210_000, "a", 1).event(220_000, "a", 1);
        run.event(230_000, "a", 1).advance(230_000);

        assertThat(run.lines())
                .containsExactly(
                        "{} firing since 33999 at 33999",
                        "{} resolved recovered since 33999 at 200500",
                        "{\"host\":\"b\"} firing since 229000 at 229000",
                        "{\"host\":\"c\"} firing since 230000 at 230000");
    }

    @Test
    void theTimeInWhichThePlatformWasBlindDoesNotCount() {
        TestRun run = new TestRun(silent30(List.of()));
        run.replay.blind(10_000, 25_000);
        run.replay.blind(20_000, 30_000);

        run.event(1_000, "a", 1).advance(50_999);
        assertThat(run.lines()).isEmpty();
        run.advance(51_000);

        assertThat(run.lines()).containsExactly("{} firing since 51000 at 51000");
    }

    @Test
    void aKeyThatIsForgottenResolves() {
        TestRun run = new TestRun(silent30(List.of()));

        run.event(1_000, "a", 1).advance(3_601_000);

        assertThat(run.lines())
                .last()
                .isEqualTo("{} resolved key-forgotten since 31000 at 3601000");
        assertThat(run.replay.keys()).isZero();
    }

    private static AlertDefinition composite(int number, Condition.Composite condition) {
        AlertSpec spec = spec(condition, List.of("region"));
        return new AlertDefinition(
                TestAlerts.TENANT,
                id(number),
                Optional.empty(),
                Map.of("x", id(1), "y", id(2)),
                1,
                false,
                List.of(new AlertVersion(1, AlertVersion.Mode.ACTIVE, spec)),
                Instant.EPOCH);
    }

    private static TestRun regional(TestRun run, long at, String host, double value) {
        return run.event(
                at,
                TestAlerts.row(
                        "{\"ts\":%d,\"host\":\"%s\",\"region\":\"eu\",\"value\":%s}"
                                .formatted(at, host, Double.toString(value))));
    }

    @Test
    void aCompositeFiresWhileItsMembersDoForWhatTheKeyContains() {
        TestRun run =
                new TestRun(
                        alert(1, spec(raw(Comparison.GREATER, 90), List.of("region", "host"))),
                        alert(2, spec(raw(Comparison.LESS, 10), List.of("region", "host"))),
                        composite(
                                3, new Condition.Composite(List.of("x"), List.of(), List.of("y"))));

        regional(run, 1_000, "a", 95);
        regional(run, 2_000, "b", 96);
        regional(run, 3_000, "a", 50);
        regional(run, 4_000, "b", 5); // x ends and y begins at once
        regional(run, 5_000, "a", 95);
        regional(run, 6_000, "b", 50);
        run.advance(7_000);

        assertThat(
                        run.sink.transitions.stream()
                                .filter(transition -> transition.alert().equals(id(3)))
                                .map(TestSink::line))
                .containsExactly(
                        "{\"region\":\"eu\"} firing since 1000 at 1000",
                        "{\"region\":\"eu\"} resolved recovered since 1000 at 4000",
                        "{\"region\":\"eu\"} firing since 6000 at 6000");
    }
}
