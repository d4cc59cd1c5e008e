package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.alert;
import static io.streamgauge.alerting.TestAlerts.id;
import static io.streamgauge.alerting.TestAlerts.raw;
import static io.streamgauge.alerting.TestAlerts.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.Comparison;
import io.streamgauge.contracts.alert.EndReason;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A mistake in one evaluation must not hang the task, which judges all others. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class EndlessEvaluationTest {

    private static final List<String> BY_HOST = List.of("host");
    private static final AlertDefinition ENDLESS = alert(1, spec(raw(Comparison.LESS, 0), BY_HOST));
    private static final AlertDefinition HELD =
            alert(
                    2,
                    spec(
                            raw(Comparison.GREATER, 90),
                            BY_HOST,
                            Duration.ofSeconds(5),
                            Duration.ZERO));

    private final RuleBook book = new RuleBook();
    private final TestSink sink = new TestSink();
    private final MemoryKeyStore store = new MemoryKeyStore();

    private KeyJudge judge(long dueAfter) {
        book.putStream(TestAlerts.STREAM);
        book.put(RuleRevision.of(ENDLESS, 0));
        book.put(RuleRevision.of(HELD, 0));
        Evaluations evaluations =
                new Evaluations() {
                    @Override
                    Evaluation create(CompiledRule rule) {
                        return isEndless(rule) ? new Endless(dueAfter) : super.create(rule);
                    }

                    @Override
                    Evaluation read(CompiledRule rule, byte[] state) {
                        return isEndless(rule) ? new Endless(dueAfter) : super.read(rule, state);
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

    private static boolean isEndless(CompiledRule rule) {
        return rule.key().alert().equals(ENDLESS.id());
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

    @Test
    void oneThatIsAlwaysDueAtTheSameTimeIsForgottenAndTheOthersGoOn() {
        KeyJudge judge = judge(0);

        event(judge, 1_000, 95);
        judge.advance(60_000);

        assertThat(sink.failures)
                .singleElement()
                .asString()
                .startsWith("internal error: due at 1000 for the");
        assertThat(sink.lines())
                .containsExactly(
                        "{\"host\":\"a\"} pending since 1000 at 1000",
                        "{\"host\":\"a\"} firing since 1000 at 6000");
        assertThat(store.state(new RuleKey(TestAlerts.TENANT, id(1), 1))).isEmpty();
    }

    @Test
    void oneThatIsAlwaysDueEarlierIsForgottenToo() {
        KeyJudge judge = judge(-10_000);

        event(judge, 1_000, 5);
        judge.advance(60_000);

        assertThat(sink.failures).hasSize(1);
        assertThat(store.state(new RuleKey(TestAlerts.TENANT, id(1), 1))).isEmpty();
    }

    @Test
    void oneThatIsDueAgainLaterIsNot() {
        KeyJudge judge = judge(10);

        event(judge, 1_000, 5);
        judge.advance(6_000);

        assertThat(sink.failures).isEmpty();
    }

    /** Is never done. */
    private static final class Endless extends Evaluation {

        private final long dueAfter;

        Endless(long dueAfter) {
            this.dueAfter = dueAfter;
        }

        @Override
        void onEvent(JudgedEvent event, Judgement judgement) {}

        @Override
        void onDue(Judgement judgement) {}

        @Override
        void resume(long from, Judgement judgement) {}

        @Override
        long nextDue(Judgement judgement) {
            return judgement.clock() + dueAfter;
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
        void end(EndReason reason, Judgement judgement) {}

        @Override
        void write(StateWriter out) {}

        @Override
        void explain(ObjectNode json, Judgement judgement) {}
    }
}
