package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.ORIGIN;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.UMBRELLA;
import static io.streamgauge.jobs.alerting.AlertFixtures.above;
import static io.streamgauge.jobs.alerting.AlertFixtures.active;
import static io.streamgauge.jobs.alerting.AlertFixtures.alert;
import static io.streamgauge.jobs.alerting.AlertFixtures.id;
import static io.streamgauge.jobs.alerting.AlertFixtures.removal;
import static io.streamgauge.jobs.alerting.AlertFixtures.spec;
import static io.streamgauge.jobs.alerting.AlertFixtures.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

class AlertOperatorTest {

    private static final AlertDefinition HIGH = alert(STREAM, id(1), 1, active(1, above(10)));

    @Test
    void firesAndResolvesAtTheEventsThatSaySo() throws Exception {
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            job.event(STREAM, HIGH, 1, 100, "a", 5);
            job.event(STREAM, HIGH, 1, 200, "a", 11);
            job.event(STREAM, HIGH, 1, 300, "a", 9);
            job.clock(1_000);

            assertThat(job.summaries())
                    .containsExactly(
                            "firing v1 {host:a} 200@200", "resolved v1 {host:a} 200@300 recovered");
        }
    }

    @Test
    void judgesInTheOrderOfTheLogWhateverTheOrderInWhichEventsCome() throws Exception {
        RuleKey rule = new RuleKey(ACME, HIGH.id(), 1);
        String host = "{\"host\":\"a\"}";
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            job.event(STREAM, 300, 1, 0, AlertFixtures.event(300, "a", 1), host, rule);
            job.event(STREAM, 200, 0, 8, AlertFixtures.event(200, "a", 15), host, rule);
            job.event(STREAM, 200, 0, 7, AlertFixtures.event(200, "a", 25), host, rule);
            job.clock(199);
            assertThat(job.summaries()).isEmpty();
            job.clock(1_000);

            assertThat(job.transitions())
                    .extracting(
                            AlertFixtures::summary,
                            transition -> transition.evidence().value().orElseThrow())
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple(
                                    "firing v1 {host:a} 200@200", 25.0),
                            org.assertj.core.api.Assertions.tuple(
                                    "resolved v1 {host:a} 200@300 recovered", 1.0));
        }
    }

    @Test
    void firesByTheClockAloneWhereTheConditionHasHeldForLongEnough() throws Exception {
        AlertDefinition held =
                alert(
                        STREAM,
                        id(1),
                        1,
                        active(
                                1,
                                spec(
                                        "{'name':'high','stream':'s1','groupBy':['host'],'for':'10s','condition':{'kind':'threshold','measure':'m','op':'>','value':10}}")));
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(held, 0))) {
            job.event(STREAM, held, 1, 200, "a", 11);
            job.clock(10_199);
            assertThat(job.summaries()).containsExactly("pending v1 {host:a} 200@200");
            assertThat(job.timers()).isEqualTo(1);

            job.clock(10_200);

            assertThat(job.summaries()).containsExactly("firing v1 {host:a} 200@10200");
        }
    }

    @Test
    void judgesByTheVersionThatWasInForceWhenTheEventArrived() throws Exception {
        AlertDefinition changed = alert(STREAM, id(1), 2, active(2, above(100)));
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            job.define(update(changed, 1_000));
            job.event(STREAM, HIGH, 1, 999, "a", 50);
            job.event(STREAM, HIGH, 2, 1_000, "a", 50);
            job.event(STREAM, HIGH, 2, 1_100, "a", 150);
            job.clock(2_000);

            assertThat(job.summaries())
                    .containsExactly(
                            "firing v1 {host:a} 999@999",
                            "resolved v1 {host:a} 999@1000 rule-changed",
                            "firing v2 {host:a} 1100@1100");
        }
    }

    @Test
    void resolvesWhatARemovedRuleHasOpenAndLeavesNothingBehind() throws Exception {
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            for (int host = 0; host < 20; host++) {
                job.event(STREAM, HIGH, 1, 100 + host, "h" + host, host % 2 == 0 ? 50 : 5);
            }
            job.clock(500);
            assertThat(job.summaries()).hasSize(10);
            assertThat(job.keyedStateEntries()).isPositive();

            job.define(removal(HIGH, 1_000));
            job.clock(1_000);
            assertThat(job.summaries())
                    .hasSize(10)
                    .allMatch(text -> text.endsWith("@1000 rule-removed"));
            job.clock(1_010); // the sweep

            assertThat(job.keyedStateEntries()).isZero();
            assertThat(job.timers()).isZero();
        }
    }

    @Test
    void goesOnAfterARestoreAsIfNothingHadHappened() throws Exception {
        OperatorSubtaskState snapshot;
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            job.event(STREAM, HIGH, 1, 100, "a", 50);
            job.clock(150);
            job.event(STREAM, HIGH, 1, 200, "a", 5); // waits for its time
            job.define(update(alert(STREAM, id(2), 1, active(1, above(1))), 5_000));
            assertThat(job.summaries()).containsExactly("firing v1 {host:a} 100@100");
            snapshot = job.snapshot();
        }
        try (AlertHarness job = AlertHarness.restore(snapshot)) {
            job.clock(1_000);
            job.event(STREAM, alert(STREAM, id(2), 1), 1, 5_000, "b", 2);
            job.clock(6_000);

            assertThat(job.summaries())
                    .containsExactly(
                            "resolved v1 {host:a} 100@200 recovered",
                            "firing v1 {host:b} 5000@5000");
        }
    }

    @Test
    void resolvesWhatWasOpenWhereItsRuleWasRemovedWhileTheJobWasDown() throws Exception {
        OperatorSubtaskState snapshot;
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            job.event(STREAM, HIGH, 1, 100, "a", 50);
            job.event(STREAM, HIGH, 1, 110, "b", 5);
            job.clock(200);
            snapshot = job.snapshot();
        }
        try (AlertHarness job = AlertHarness.restore(snapshot, removal(HIGH, 3_000))) {
            job.clock(2_999);
            assertThat(job.summaries()).isEmpty();
            job.clock(3_000);
            job.clock(3_010);

            assertThat(job.summaries())
                    .containsExactly("resolved v1 {host:a} 100@3000 rule-removed");
            assertThat(job.keyedStateEntries()).isZero();
            assertThat(job.timers()).isZero();
        }
    }

    @Test
    void sharesOutItsKeysAnewWhereTheParallelismChanges() throws Exception {
        List<String> hosts = new ArrayList<>();
        for (int host = 0; host < 12; host++) {
            hosts.add("h" + host);
        }
        OperatorSubtaskState snapshot;
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            for (String host : hosts) {
                job.event(STREAM, HIGH, 1, 100, host, 50);
            }
            job.clock(200);
            for (String host : hosts) {
                job.event(STREAM, HIGH, 1, 300, host, 1);
            }
            snapshot = job.snapshot();
        }
        List<String> resolved = new ArrayList<>();
        OperatorSubtaskState merged;
        try (AlertHarness one = AlertHarness.task(snapshot, 1, 2, 0);
                AlertHarness two = AlertHarness.task(snapshot, 1, 2, 1)) {
            one.clock(250);
            two.clock(250);
            merged =
                    org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness
                            .repackageState(one.snapshot(), two.snapshot());
        }
        try (AlertHarness job = AlertHarness.task(merged, 2, 1, 0)) {
            job.clock(400);
            resolved.addAll(job.summaries());
        }

        assertThat(resolved)
                .hasSize(12)
                .allMatch(text -> text.startsWith("resolved"))
                .doesNotHaveDuplicates();
    }

    @Test
    void keepsTenantsApartWhoseEventsComeAtTheSameTimes() throws Exception {
        StreamDefinition other = AlertFixtures.stream(UMBRELLA, 1);
        AlertDefinition theirs = alert(other, id(2), 1, active(1, above(10)));
        try (AlertHarness job =
                AlertHarness.start(
                        update(STREAM), update(other), update(HIGH, 0), update(theirs, 0))) {
            for (int i = 0; i < 10; i++) {
                job.event(STREAM, HIGH, 1, 100 + i, "a", i % 2 == 0 ? 50 : 5);
                job.event(other, theirs, 1, 100 + i, "a", 5);
            }
            job.clock(1_000);

            assertThat(job.transitions())
                    .hasSize(10)
                    .extracting(AlertTransition::tenant)
                    .containsOnly(ACME);
        }
    }

    @Test
    void tellsACompositeThatIsMadeLaterWhatFiresAlready() throws Exception {
        AlertDefinition composite =
                new AlertDefinition(
                        ACME,
                        id(9),
                        Optional.empty(),
                        Map.of("high", HIGH.id()),
                        1,
                        false,
                        List.of(
                                active(
                                        1,
                                        spec(
                                                "{'name':'both','groupBy':['host'],'condition':{'kind':'composite','all':['high']}}"))),
                        Instant.EPOCH);
        try (AlertPipeline job = new AlertPipeline(update(STREAM), update(HIGH, 0))) {
            job.send(0, 0, 100, AlertFixtures.event(100, "a", 50));
            job.clock(500);
            job.define(update(composite, 1_000));
            job.clock(1_000);
            job.send(0, 1, 2_000, AlertFixtures.event(2_000, "a", 5));
            job.clock(2_000);

            assertThat(job.transitions())
                    .filteredOn(transition -> transition.alert().equals(composite.id()))
                    .extracting(AlertFixtures::summary)
                    .containsExactly(
                            "firing v1 {host:a} 1000@1000",
                            "resolved v1 {host:a} 1000@2000 recovered");
        }
    }

    @Test
    void judgesWhatTheAnomalyJobFinds() throws Exception {
        AlertDefinition unusual =
                alert(
                        STREAM,
                        id(3),
                        1,
                        active(
                                1,
                                spec(
                                        "{'name':'odd','stream':'s1','groupBy':['host'],'condition':{'kind':'anomaly','score':0.9}}")));
        String point =
                "{\"tenant\":\"acme\",\"stream\":\"%s\",\"dimensions\":{\"host\":\"a\"},\"measure\":\"m\",\"timestamp\":%d,\"score\":%s,\"kind\":\"spike\"}";
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(unusual, 0))) {
            job.signal(anomaly(point.formatted(STREAM.id(), ORIGIN + 90, 0.95), 100));
            job.signal(anomaly(point.formatted(STREAM.id(), ORIGIN + 95, 0.2), 300));
            job.signal(anomaly("{}", 300));
            job.clock(1_000);

            assertThat(job.transitions())
                    .extracting(AlertTransition::state)
                    .startsWith(InstanceState.FIRING);
        }
    }

    private static Signal anomaly(String json, long at) {
        return Signal.anomaly(json.getBytes(StandardCharsets.UTF_8), ORIGIN + at);
    }

    @Test
    void resolvesWhatAStreamThatIsDeletedHasOpen() throws Exception {
        DefinitionUpdate gone =
                new DefinitionUpdate(
                        update(STREAM).key(), null, ORIGIN + 1_000 - RuleDesk.EFFECT_DELAY_MILLIS);
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            job.event(STREAM, HIGH, 1, 100, "a", 50);
            job.clock(500);
            job.define(gone);
            job.clock(1_000);
            job.clock(1_010);

            assertThat(job.summaries())
                    .containsExactly(
                            "firing v1 {host:a} 100@100",
                            "resolved v1 {host:a} 100@1000 rule-removed");
            assertThat(job.keyedStateEntries()).isZero();
        }
    }
}
