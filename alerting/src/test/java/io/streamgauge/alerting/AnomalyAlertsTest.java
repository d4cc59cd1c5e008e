package io.streamgauge.alerting;

import static io.streamgauge.alerting.AnomalyEvaluation.HOLD_MILLIS;
import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.anomaly.AnomalyPoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;

/**
 * Alerts on what the anomaly job finds: by example, and against a reading of all points at once.
 */
class AnomalyAlertsTest {

    private static final String KEY = "{\"host\":\"a\"}";

    /** A point, told of some time after the one before it. */
    private record Told(long gap, double score, String kind) {}

    /** One key, for each step a new judge over what the last one wrote, as after a restart. */
    private static final class Run {

        private final RuleBook book = new RuleBook();
        private final TestSink sink = new TestSink();
        private final MemoryKeyStore store = new MemoryKeyStore();
        private final RuleKey rule = new RuleKey(TestAlerts.TENANT, id(1), 1);

        Run(AlertDefinition alert) {
            book.putStream(TestAlerts.STREAM);
            book.put(RuleRevision.of(alert, 0));
        }

        Run point(long arrival, long timestamp, double score, String kind) {
            AnomalyPoint point =
                    new AnomalyPoint(
                            TestAlerts.TENANT,
                            TestAlerts.STREAM_ID,
                            new TreeMap<>(Map.of("host", "a")),
                            "value",
                            timestamp,
                            score,
                            kind);
            judge().onAnomaly(
                            point,
                            arrival,
                            book.rules(TestAlerts.TENANT, TestAlerts.STREAM_ID, arrival));
            return this;
        }

        Run advance(long clock) {
            judge().advance(clock);
            return this;
        }

        JsonNode explain(long clock) throws Exception {
            return Json.mapper().readTree(judge().explain(rule, clock));
        }

        private KeyJudge judge() {
            KeyJudge judge = new KeyJudge(book, Limits.NONE, Hearing.PERFECT, sink);
            judge.select(KEY, store);
            return judge;
        }
    }

    private static AlertDefinition unusual(
            Set<String> kinds, Duration forDuration, Duration keepFiringFor) {
        return alert(
                1,
                TestAlerts.annotated(
                        spec(
                                new Condition.Anomaly(0.9, kinds),
                                List.of("host"),
                                forDuration,
                                keepFiringFor),
                        "score {{ value }}"));
    }

    private static Run run(Duration forDuration, Duration keepFiringFor) {
        return new Run(unusual(Set.of(), forDuration, keepFiringFor));
    }

    @Example
    void anUnusualPointFiresAtItsOwnTimeAndHoldsForAWhile() {
        Run run = run(Duration.ZERO, Duration.ZERO).point(10_000, 8_000, 0.95, "spike");

        run.advance(10_000 + HOLD_MILLIS - 1);
        assertThat(run.sink.lines()).containsExactly(KEY + " firing since 8000 at 8000");
        assertThat(run.sink.transitions.getFirst().evidence().value()).hasValue(0.95);
        assertThat(run.sink.transitions.getFirst().annotations())
                .containsEntry("summary", "score 0.95");
        run.advance(10_000 + HOLD_MILLIS);

        assertThat(run.sink.lines())
                .last()
                .isEqualTo(KEY + " resolved recovered since 8000 at " + (10_000 + HOLD_MILLIS));
        assertThat(run.store.isEmpty()).isTrue();
    }

    @Example
    void aPointThatIsNotUnusualEnoughOrOfAnotherKindIsNothing() {
        Run run =
                new Run(unusual(Set.of("drop", "shift"), Duration.ZERO, Duration.ZERO))
                        .point(10_000, 10_000, 0.99, "spike")
                        .point(11_000, 11_000, 0.89, "drop");
        assertThat(run.sink.lines()).isEmpty();
        assertThat(run.store.isEmpty()).isTrue();

        run.point(12_000, 12_000, 0.9, "shift");

        assertThat(run.sink.lines()).containsExactly(KEY + " firing since 12000 at 12000");
    }

    @Example
    void eachFurtherPointLetsItHoldForLonger() {
        Run run = run(Duration.ZERO, Duration.ZERO);
        for (long at = 10_000; at < 10_000 + 5 * HOLD_MILLIS; at += HOLD_MILLIS) {
            run.point(at, at, 0.95, "spike"); // comes before what is due at its very time
        }
        run.advance(10_000 + 10 * HOLD_MILLIS);

        assertThat(run.sink.lines())
                .containsExactly(
                        KEY + " firing since 10000 at 10000",
                        KEY + " resolved recovered since 10000 at " + (10_000 + 5 * HOLD_MILLIS));
    }

    @Example
    void aSinglePointThatMustHoldForLongerIsDismissed() {
        Run run = run(Duration.ofMillis(HOLD_MILLIS + 1), Duration.ZERO);

        run.point(10_000, 10_000, 0.95, "spike").advance(10_000 + 2 * HOLD_MILLIS);

        assertThat(run.sink.lines())
                .containsExactly(
                        KEY + " pending since 10000 at 10000",
                        KEY + " dismissed recovered since 10000 at " + (10_000 + HOLD_MILLIS));
        assertThat(run.store.isEmpty()).isTrue();
    }

    @Example
    void itFiresByTheClockAloneWhereItHoldsForLongEnough() {
        Run run = run(Duration.ofSeconds(30), Duration.ZERO);

        run.point(10_000, 9_000, 0.95, "spike").advance(40_000);

        assertThat(run.sink.lines())
                .containsExactly(
                        KEY + " pending since 9000 at 9000", KEY + " firing since 9000 at 40000");
    }

    @Example
    void itKeepsFiringForAsLongAsItShall() {
        Run run = run(Duration.ZERO, Duration.ofSeconds(30));
        long over = 10_000 + HOLD_MILLIS;

        run.point(10_000, 10_000, 0.95, "spike").advance(over + 29_999);
        assertThat(run.sink.lines()).hasSize(1);
        run.advance(over + 30_000);

        assertThat(run.sink.lines())
                .last()
                .isEqualTo(KEY + " resolved recovered since 10000 at " + (over + 30_000));
    }

    @Example
    void aRuleThatEndsResolvesIt() {
        Run run = run(Duration.ZERO, Duration.ZERO).point(10_000, 10_000, 0.95, "spike");

        run.judge().ruleEnded(run.rule, EndReason.RULE_REMOVED, 11_000);

        assertThat(run.sink.lines())
                .last()
                .isEqualTo(KEY + " resolved rule-removed since 10000 at 11000");
        assertThat(run.store.isEmpty()).isTrue();
    }

    @Example
    void saysWhatItHasHeardAndWhenItIsOver() throws Exception {
        Run run = run(Duration.ofSeconds(30), Duration.ZERO);
        assertThat(run.explain(1_000).path("state").asText()).isEqualTo("inactive");

        run.point(10_000, 9_000, 0.95, "spike");
        JsonNode pending = run.explain(11_000);
        assertThat(pending.path("state").asText()).isEqualTo("pending");
        assertThat(pending.path("score").asDouble()).isEqualTo(0.95);
        assertThat(pending.path("lastEvent").asText()).isEqualTo("1970-01-01T00:00:09Z");
        assertThat(pending.path("nextTimer").asText()).isEqualTo("1970-01-01T00:00:40Z");
        run.advance(40_000);

        assertThat(run.explain(41_000).path("nextTimer").asText())
                .isEqualTo("1970-01-01T00:05:10Z");
    }

    @Provide
    Arbitrary<List<Told>> told() {
        Arbitrary<Long> gap =
                Arbitraries.frequencyOf(
                        Tuple.of(4, Arbitraries.longs().between(0, 60_000)),
                        Tuple.of(2, Arbitraries.longs().between(0, 2 * HOLD_MILLIS)),
                        Tuple.of(1, Arbitraries.just(HOLD_MILLIS)));
        return Combinators.combine(
                        gap,
                        Arbitraries.of(0.5, 0.9, 0.97),
                        Arbitraries.of("spike", "drop", "shift"))
                .as(Told::new)
                .list()
                .ofMaxSize(30);
    }

    @Property(tries = 500)
    void comesToWhatAllPointsAtOnceSay(
            @ForAll("told") List<Told> points,
            @ForAll boolean someKinds,
            @ForAll @IntRange(max = 400) int forSeconds,
            @ForAll @IntRange(max = 400) int keepSeconds) {
        Set<String> kinds = someKinds ? Set.of("spike", "drop") : Set.of();
        Run run =
                new Run(
                        unusual(
                                kinds,
                                Duration.ofSeconds(forSeconds),
                                Duration.ofSeconds(keepSeconds)));
        List<Long> wanted = new ArrayList<>();
        long clock = 1_000_000;
        for (Told told : points) {
            clock += told.gap();
            run.point(clock, clock - 500, told.score(), told.kind());
            if (told.score() >= 0.9 && (kinds.isEmpty() || kinds.contains(told.kind()))) {
                wanted.add(clock);
            }
        }
        run.advance(clock + 10 * HOLD_MILLIS);

        LifecycleOracle oracle =
                new LifecycleOracle(KEY, forSeconds * 1_000L, keepSeconds * 1_000L);
        for (int i = 0; i < wanted.size(); i++) {
            long at = wanted.get(i);
            long next = i + 1 < wanted.size() ? wanted.get(i + 1) : Long.MAX_VALUE;
            oracle.evaluate(new LifecycleOracle.Point(at, at - 500, true, true));
            long over = at + HOLD_MILLIS;
            timers(oracle, Math.min(next, over));
            if (over < next) {
                oracle.evaluate(new LifecycleOracle.Point(over, over, false, false));
                timers(oracle, next);
            }
        }
        assertThat(run.sink.lines()).isEqualTo(oracle.lines());
        assertThat(run.store.isEmpty()).isTrue();
    }

    /** What time alone does before another thing happens. */
    private static void timers(LifecycleOracle oracle, long before) {
        for (long timer = oracle.timer(); timer >= 0 && timer < before; timer = oracle.timer()) {
            oracle.timer(timer);
        }
    }
}
