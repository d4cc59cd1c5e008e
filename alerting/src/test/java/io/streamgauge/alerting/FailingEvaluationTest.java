package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.EndReason;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** A rule that throws, by a mistake of ours, is one rule and one key. */
class FailingEvaluationTest {

    private static final List<String> BY_HOST = List.of("host");
    private static final AlertDefinition BAD = alert(1, spec(raw(Comparison.LESS, 0), BY_HOST));
    private static final AlertDefinition GOOD =
            alert(
                    2,
                    spec(
                            raw(Comparison.GREATER, 90),
                            BY_HOST,
                            Duration.ofSeconds(5),
                            Duration.ZERO));
    private static final RuleKey BAD_RULE = new RuleKey(TestAlerts.TENANT, id(1), 1);

    private final RuleBook book = new RuleBook();
    private final TestSink sink = new TestSink();
    private final MemoryKeyStore store = new MemoryKeyStore();

    private KeyJudge judge(Supplier<Evaluation> failing) {
        book.putStream(TestAlerts.STREAM);
        book.put(RuleRevision.of(BAD, 0));
        book.put(RuleRevision.of(GOOD, 0));
        Evaluations evaluations =
                new Evaluations() {
                    @Override
                    Evaluation create(CompiledRule rule) {
                        return rule.key().equals(BAD_RULE) ? failing.get() : super.create(rule);
                    }

                    @Override
                    Evaluation read(CompiledRule rule, byte[] state) {
                        return rule.key().equals(BAD_RULE)
                                ? failing.get()
                                : super.read(rule, state);
                    }
                };
        KeyJudge judge =
                new KeyJudge(
                        book,
                        Limits.NONE,
                        Hearing.PERFECT,
                        sink,
                        EvaluationBudget.UNLIMITED,
                        evaluations);
        judge.select("{\"host\":\"a\"}", store);
        return judge;
    }

    private void event(KeyJudge judge, long at, double value) {
        judge.onEvent(
                new JudgedEvent(
                        TestAlerts.row(at, "a", value),
                        at,
                        0,
                        at,
                        book.rules(TestAlerts.TENANT, TestAlerts.STREAM_ID, at)));
    }

    private void assertThatTheOtherIsJudged() {
        assertThat(sink.lines())
                .containsExactly(
                        "{\"host\":\"a\"} pending since 1000 at 1000",
                        "{\"host\":\"a\"} firing since 1000 at 6000");
        assertThat(store.state(BAD_RULE)).isEmpty();
    }

    @Test
    void oneThatFailsOnAnEventIsToldOfAndTheOthersGoOn() {
        KeyJudge judge = judge(() -> new Failing(true, false, false));

        event(judge, 1_000, 95);
        judge.advance(60_000);

        assertThat(sink.failures)
                .containsExactly(
                        "internal error: java.lang.IllegalStateException: event; the key is"
                                + " forgotten");
        assertThatTheOtherIsJudged();
    }

    @Test
    void oneThatFailsWhenItIsDueIsToldOfAndTheOthersGoOn() {
        KeyJudge judge = judge(() -> new Failing(false, true, false));

        event(judge, 1_000, 95);
        judge.advance(60_000);

        assertThat(sink.failures)
                .containsExactly(
                        "internal error: java.lang.IllegalStateException: due; the key is"
                                + " forgotten");
        assertThatTheOtherIsJudged();
        assertThat(sink.abandoned).contains(BAD_RULE);
    }

    @Test
    void oneThatCannotEvenEndIsForgotten() {
        KeyJudge judge = judge(() -> new Failing(false, true, true));

        event(judge, 1_000, 95);
        judge.advance(60_000);

        assertThat(sink.failures).hasSize(2);
        assertThatTheOtherIsJudged();
        assertThat(sink.abandoned).contains(BAD_RULE);
    }

    @Test
    void oneThatFailsWhenItsRuleEndsIsForgotten() {
        KeyJudge judge = judge(() -> new Failing(false, false, true));

        event(judge, 1_000, 95);
        judge.ruleEnded(BAD_RULE, EndReason.RULE_REMOVED, 2_000);
        judge.advance(60_000);

        assertThat(sink.failures).hasSize(1);
        assertThatTheOtherIsJudged();
    }

    @Test
    void oneThatCannotBeExplainedSaysSo() {
        KeyJudge judge = judge(() -> new Failing(false, false, false));
        event(judge, 1_000, 95);

        assertThat(judge.explain(BAD_RULE, 1_000)).contains("internal error: ");
    }

    @Test
    void aStoreThatFailsIsNoRulesFault() {
        KeyJudge judge =
                judge(
                        () -> {
                            throw new HostException("no disk", new IllegalStateException());
                        });

        assertThatThrownBy(() -> event(judge, 1_000, 95)).isInstanceOf(HostException.class);
    }

    /** Fails where it is told to. */
    private static final class Failing extends Evaluation {

        private final boolean onEvent;
        private final boolean onDue;
        private final boolean onEnd;

        Failing(boolean onEvent, boolean onDue, boolean onEnd) {
            this.onEvent = onEvent;
            this.onDue = onDue;
            this.onEnd = onEnd;
        }

        private static void fail(boolean wanted, String where) {
            if (wanted) {
                throw new IllegalStateException(where);
            }
        }

        @Override
        void onEvent(JudgedEvent event, Judgement judgement) {
            fail(onEvent, "event");
        }

        @Override
        void onDue(Judgement judgement) {
            fail(onDue, "due");
        }

        @Override
        void resume(long from, Judgement judgement) {}

        @Override
        long nextDue(Judgement judgement) {
            return 3_000;
        }

        @Override
        boolean isOpen() {
            return true;
        }

        @Override
        boolean isIdle() {
            return false;
        }

        @Override
        void end(EndReason reason, Judgement judgement) {
            fail(onEnd, "end");
        }

        @Override
        void write(StateWriter out) {}

        @Override
        void explain(ObjectNode json, Judgement judgement) {
            fail(true, "explain");
        }
    }
}
