package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.definition;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.AlertVersion.Mode;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class VersionsTest {

    private static final List<String> BY_HOST = List.of("host");

    private static AlertSpec above(double level) {
        return spec(raw(Comparison.GREATER, level), BY_HOST, Duration.ofSeconds(5), Duration.ZERO);
    }

    private static AlertVersion version(long number, Mode mode, double level) {
        return new AlertVersion(number, mode, above(level));
    }

    private static void put(TestRun run, AlertDefinition definition, long at) {
        run.book.put(RuleRevision.of(definition, at));
    }

    @Test
    void aChangedVersionResolvesWhatTheOldOneHadFiringAndBeginsAnew() {
        TestRun run = new TestRun(definition(1, 1, List.of(version(1, Mode.ACTIVE, 90))));
        put(run, definition(1, 2, List.of(version(2, Mode.ACTIVE, 50))), 10_000);

        run.event(1_000, "a", 95).event(9_999, "a", 95).event(10_000, "a", 60).advance(20_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} pending since 1000 at 1000",
                        "{\"host\":\"a\"} firing since 1000 at 6000",
                        "{\"host\":\"a\"} resolved rule-changed since 1000 at 10000",
                        "{\"host\":\"a\"} pending since 10000 at 10000",
                        "{\"host\":\"a\"} firing since 10000 at 15000");
    }

    @Test
    void aDrainingVersionFinishesWhatItHasBegunAndBeginsNothing() {
        TestRun run = new TestRun(definition(1, 1, List.of(version(1, Mode.ACTIVE, 90))));
        put(
                run,
                definition(
                        1,
                        2,
                        List.of(version(1, Mode.DRAINING, 90), version(2, Mode.ACTIVE, 1_000))),
                10_000);

        run.event(1_000, "a", 95).event(12_000, "b", 95).event(13_000, "a", 1);
        run.event(14_000, "a", 95).advance(90_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} pending since 1000 at 1000",
                        "{\"host\":\"a\"} firing since 1000 at 6000",
                        "{\"host\":\"a\"} resolved recovered since 1000 at 13000");
        run.advance(200_000);
        assertThat(run.replay.keys()).isZero();
    }

    @Test
    void aPausedAlertDismissesWhatIsPendingAndTheResumedOneKnowsNothingOfIt() {
        TestRun run = new TestRun(definition(1, 1, List.of(version(1, Mode.ACTIVE, 90))));
        put(run, definition(1, 2, List.of()), 3_000);
        put(run, definition(1, 3, List.of(version(1, Mode.ACTIVE, 90))), 4_000);

        run.event(1_000, "a", 95).event(2_000, "b", 1).event(4_500, 1_500, "b", 95);
        run.advance(7_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} pending since 1000 at 1000",
                        "{\"host\":\"a\"} dismissed rule-paused since 1000 at 3000",
                        "{\"host\":\"b\"} pending since 1500 at 1500");
    }

    @Test
    void aRemovedAlertResolvesAndIsForgotten() {
        TestRun run = new TestRun(definition(1, 1, List.of(version(1, Mode.ACTIVE, 90))));
        run.event(1_000, "a", 95);
        run.book.put(RuleRevision.removal(TestAlerts.TENANT, id(1), 7_000));

        run.event(8_000, "a", 95).advance(100_000);

        assertThat(run.lines())
                .last()
                .isEqualTo("{\"host\":\"a\"} resolved rule-removed since 1000 at 7000");
        assertThat(run.replay.keys()).isZero();
        assertThat(run.book.revisions()).isEmpty();
    }

    @Test
    void aShadowIsJudgedBesideTheActiveVersionAndSaysSo() {
        TestRun run =
                new TestRun(
                        definition(
                                1,
                                1,
                                List.of(version(1, Mode.ACTIVE, 90), version(2, Mode.SHADOW, 50))));

        run.event(1_000, "a", 60);

        assertThat(run.sink.transitions)
                .singleElement()
                .satisfies(
                        transition -> {
                            assertThat(transition.shadow()).isTrue();
                            assertThat(transition.version()).isEqualTo(2);
                        });
    }

    @Test
    void aShadowThatBecomesActiveBeginsAnew() {
        TestRun run =
                new TestRun(
                        definition(
                                1,
                                1,
                                List.of(version(1, Mode.ACTIVE, 90), version(2, Mode.SHADOW, 50))));
        put(run, definition(1, 2, List.of(version(2, Mode.ACTIVE, 50))), 3_000);

        run.event(1_000, "a", 60).event(4_000, "a", 61);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} pending since 1000 at 1000",
                        "{\"host\":\"a\"} dismissed rule-changed since 1000 at 3000",
                        "{\"host\":\"a\"} pending since 4000 at 4000");
    }

    @Test
    void aVersionThatDoesNotCompileIsSetAsideAndTheOthersGoOn() {
        AlertSpec broken =
                spec(
                        new Condition.Threshold(
                                new Condition.Subject.Raw("nonsense"),
                                Comparison.GREATER,
                                1,
                                OptionalDouble.empty()),
                        BY_HOST);
        RuleBook book = new RuleBook();
        book.putStream(TestAlerts.STREAM);
        book.put(RuleRevision.of(TestAlerts.alert(1, broken), 0));
        book.put(RuleRevision.of(TestAlerts.alert(2, above(90)), 0));

        List<RuleChange> changes = new ArrayList<>(book.advance(0));

        assertThat(changes)
                .extracting(RuleChange::kind)
                .containsExactly(RuleChange.Kind.QUARANTINED, RuleChange.Kind.IN_FORCE);
        assertThat(changes.getFirst().problem()).get().asString().contains("nonsense");
        assertThat(book.rules(TestAlerts.TENANT, TestAlerts.STREAM_ID, 0)).hasSize(1);
    }

    @Test
    void aBookMadeOfItsRevisionsNamesStateInTheSameWay() {
        RuleBook book = new RuleBook();
        book.putStream(TestAlerts.STREAM);
        book.put(RuleRevision.of(definition(1, 1, List.of(version(1, Mode.ACTIVE, 9))), 100));
        book.put(RuleRevision.of(definition(1, 2, List.of(version(1, Mode.DRAINING, 9))), 200));
        book.advance(500);
        book.forget(500);
        RuleBook again = new RuleBook();
        again.putStream(TestAlerts.STREAM);
        book.revisions().forEach(again::put);

        Optional<RuleInForce> rule = again.find(new RuleKey(TestAlerts.TENANT, id(1), 1), 600);

        assertThat(rule).get().extracting(RuleInForce::since).isEqualTo(100L);
        assertThat(rule).get().extracting(RuleInForce::mode).isEqualTo(Mode.DRAINING);
    }
}
