package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.row;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertSpec;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.Statistic;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What keys make of a time in which their rule was not asked about events: any of these may have
 * been theirs, though they have heard of none.
 */
class UnaskedRulesTest {

    private static final List<String> BY_HOST = List.of("host");
    private static final RuleKey RULE = new RuleKey(TestAlerts.TENANT, id(1), 1);

    private final Throttling throttling = new Throttling();

    private final EvaluationBudget budget =
            new EvaluationBudget() {
                @Override
                public long suspendedUntil(RuleKey rule, long clock) {
                    return throttling.suspendedUntil(rule, clock);
                }

                @Override
                public void spent(RuleKey rule, long clock, long units) {}

                @Override
                public long lastMissed(RuleKey rule, long clock) {
                    return throttling.lastMissed(rule, clock);
                }

                @Override
                public long missedSince(RuleKey rule, long known, long clock) {
                    return throttling.missedSince(rule, known, clock);
                }
            };

    private TestRun run(AlertSpec spec) {
        AlertDefinition alert = alert(1, spec);
        return new TestRun(Limits.NONE, budget, alert);
    }

    /** Events of another key: the stream is not silent. */
    private static void others(TestRun run, long from, long to) {
        for (long at = from; at < to; at += 1_000) {
            run.event(at, "b", 1);
        }
    }

    @Test
    void silenceDoesNotCountThatMayHaveBeenNone() {
        TestRun run =
                run(
                        spec(
                                new Condition.Absence(
                                        Duration.ofSeconds(30), Duration.ofMinutes(5)),
                                BY_HOST));
        throttling.add(RULE, 10_000, 20_000);

        run.event(1_000, "a", 1);
        others(run, 2_000, 52_000);
        assertThat(run.lines()).isEmpty();
        run.advance(52_000); // 9 s before, and 21 s since it was looked at after 30 s

        assertThat(run.lines()).containsExactly("{\"host\":\"a\"} firing since 52000 at 52000");
    }

    @Test
    void whatIsPendingIsSoForAsLongAsItLacked() {
        TestRun run =
                run(
                        spec(
                                raw(Comparison.GREATER, 90),
                                BY_HOST,
                                Duration.ofSeconds(30),
                                Duration.ZERO));
        throttling.add(RULE, 10_000, 20_000);

        run.event(1_000, "a", 95).advance(60_000);

        assertThat(run.lines())
                .containsExactly(
                        "{\"host\":\"a\"} pending since 1000 at 1000",
                        "{\"host\":\"a\"} firing since 1000 at 52000");
    }

    @Test
    void windowsWithAHoleDoNotCountAsWhole() {
        TestRun run =
                run(
                        spec(
                                TestAlerts.windowed(
                                        TestAlerts.window(Statistic.COUNT, 10, 1),
                                        Comparison.LESS,
                                        5),
                                BY_HOST));
        throttling.add(RULE, 20_000, 25_000);

        for (long at = 0; at < 40_000; at += 1_000) {
            if (at < 20_000 || at >= 25_000) {
                run.event(at, "a", 1);
            }
        }

        assertThat(run.lines()).isEmpty();
    }

    @Test
    void keysThatAreNewAfterwardsHaveMissedNothing() {
        TestRun run =
                run(
                        spec(
                                new Condition.Absence(
                                        Duration.ofSeconds(30), Duration.ofMinutes(5)),
                                BY_HOST));
        throttling.add(RULE, 10_000, 20_000);

        run.event(21_000, "a", 1);
        others(run, 22_000, 51_000);
        run.advance(51_000);

        assertThat(run.lines()).containsExactly("{\"host\":\"a\"} firing since 51000 at 51000");
    }

    @Test
    void explainSaysSo() throws Exception {
        RuleBook book = new RuleBook();
        book.putStream(TestAlerts.STREAM);
        book.put(RuleRevision.of(alert(1, spec(raw(Comparison.GREATER, 90), BY_HOST)), 0));
        KeyJudge judge = new KeyJudge(book, Limits.NONE, Hearing.PERFECT, new TestSink(), budget);
        judge.select("{\"host\":\"a\"}", new MemoryKeyStore());
        judge.onEvent(
                new JudgedEvent(
                        row(1_000, "a", 1),
                        1_000,
                        0,
                        0,
                        book.rules(TestAlerts.TENANT, TestAlerts.STREAM_ID, 1_000)));
        throttling.add(RULE, 10_000, 20_000);

        JsonNode json = Json.mapper().readTree(judge.explain(RULE, 15_000));

        assertThat(json.path("throttledSince").asText()).isEqualTo("1970-01-01T00:00:10Z");
        assertThat(json.path("throttledUntil").asText()).isEqualTo("1970-01-01T00:00:20Z");
    }
}
