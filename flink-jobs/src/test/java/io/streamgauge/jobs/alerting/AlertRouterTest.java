package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.ORIGIN;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.above;
import static io.streamgauge.jobs.alerting.AlertFixtures.active;
import static io.streamgauge.jobs.alerting.AlertFixtures.alert;
import static io.streamgauge.jobs.alerting.AlertFixtures.event;
import static io.streamgauge.jobs.alerting.AlertFixtures.id;
import static io.streamgauge.jobs.alerting.AlertFixtures.removal;
import static io.streamgauge.jobs.alerting.AlertFixtures.spec;
import static io.streamgauge.jobs.alerting.AlertFixtures.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

class AlertRouterTest {

    private static final AlertDefinition HIGH = alert(STREAM, id(1), 1, active(1, above(10)));
    private static final AlertDefinition WHOLE =
            alert(
                    STREAM,
                    id(2),
                    1,
                    active(
                            1,
                            spec(
                                    "{'name':'whole','stream':'s1','where':'event.m >"
                                        + " 100','condition':{'kind':'threshold','measure':'m','op':'>','value':1}}")));
    private static final AlertDefinition SILENT =
            alert(
                    STREAM,
                    id(3),
                    1,
                    active(
                            1,
                            spec(
                                    "{'name':'silent','stream':'s1','groupBy':['host'],'condition':{'kind':'absence','duration':'5m'}}")));

    @Test
    void sendsOneCopyForEachGrouping() throws Exception {
        AlertDefinition low = alert(STREAM, id(4), 1, active(3, above(1)));
        try (RouterHarness router =
                RouterHarness.start(
                        update(STREAM), update(HIGH, 0), update(WHOLE, 0), update(low, 0))) {
            router.send(0, 1_000, event(1_000, "a", 500));
            router.send(0, 1_001, event(1_001, "b", 5));

            assertThat(router.events())
                    .extracting(
                            sent -> sent.group().substring(STREAM.tenant().value().length() + 38),
                            sent -> rules(sent))
                    .containsExactlyInAnyOrder(
                            org.assertj.core.api.Assertions.tuple(
                                    "host/{\"host\":\"a\"}", List.of(key(HIGH, 1), key(low, 3))),
                            org.assertj.core.api.Assertions.tuple("/{}", List.of(key(WHOLE, 1))),
                            org.assertj.core.api.Assertions.tuple(
                                    "host/{\"host\":\"b\"}", List.of(key(HIGH, 1), key(low, 3))));
        }
    }

    @Test
    void goesByTheRulesThatWereInForceWhenTheEventArrived() throws Exception {
        try (RouterHarness router = RouterHarness.start(update(STREAM), update(HIGH, 0))) {
            router.update(update(alert(STREAM, HIGH.id(), 2, active(2, above(20))), 2_000));
            router.update(removal(HIGH, 3_000));
            router.send(0, 1_999, event(1_999, "a", 5));
            router.send(0, 2_000, event(2_000, "a", 5));
            router.send(0, 2_999, event(2_999, "a", 5));
            router.send(0, 3_000, event(3_000, "a", 5));

            assertThat(router.events())
                    .extracting(AlertRouterTest::rules)
                    .containsExactly(
                            List.of(key(HIGH, 1)), List.of(key(HIGH, 2)), List.of(key(HIGH, 2)));
        }
    }

    @Test
    void judgesNothingOfATenantThatIsSwitchedOff() throws Exception {
        byte[] inactive = TenantPolicyCodec.toBytes(new TenantPolicy(ACME, 1, false, 10));
        try (RouterHarness router = RouterHarness.start(update(STREAM), update(HIGH, 0))) {
            router.update(
                    new DefinitionUpdate(new TenantPolicyCodec.Key(ACME).toString(), inactive));
            router.send(0, 1_000, event(1_000, "a", 5));

            assertThat(router.events()).isEmpty();
        }
    }

    @Test
    void holdsAnEventForADefinitionThatItDoesNotKnowYetOverARestart() throws Exception {
        OperatorSubtaskState snapshot;
        try (RouterHarness router = RouterHarness.start(update(HIGH, 0))) {
            router.send(0, 1_000, event(1_000, "a", 5));
            assertThat(router.events()).isEmpty();
            snapshot = router.snapshot();
        }
        try (RouterHarness router = RouterHarness.restore(snapshot)) {
            router.update(update(STREAM));

            assertThat(router.events()).extracting(AlertRouterTest::rules).hasSize(1);
        }
    }

    @Test
    void knowsAfterARestoreWhatWasDefinedWhileTheJobWasDown() throws Exception {
        OperatorSubtaskState snapshot;
        try (RouterHarness router = RouterHarness.start(update(STREAM))) {
            snapshot = router.snapshot();
        }
        try (RouterHarness router = RouterHarness.restore(snapshot, update(HIGH, 0))) {
            router.send(0, 1_000, event(1_000, "a", 5));

            assertThat(router.events()).hasSize(1);
        }
    }

    @Test
    void tellsOfTimesInWhichAPartitionTookNothing() throws Exception {
        OperatorSubtaskState snapshot;
        try (RouterHarness router = RouterHarness.start(update(STREAM))) {
            router.heartbeat(0, 1_000);
            router.heartbeat(1, 1_000);
            router.heartbeat(0, 3_000);
            assertThat(router.signals()).isEmpty();
            router.heartbeat(1, 3_001);
            assertThat(router.signals())
                    .containsExactly(Signal.blind(ORIGIN + 1_000, ORIGIN + 3_001));
            snapshot = router.snapshot();
        }
        try (RouterHarness router = RouterHarness.restore(snapshot)) {
            router.heartbeat(0, 9_000);

            assertThat(router.signals())
                    .containsExactly(Signal.blind(ORIGIN + 3_000, ORIGIN + 9_000));
        }
    }

    @Test
    void tellsOnceASecondThatAStreamIsActiveWhoseSilenceMatters() throws Exception {
        try (RouterHarness router = RouterHarness.start(update(STREAM), update(SILENT, 0))) {
            for (int i = 0; i < 30; i++) {
                router.send(0, 1_000 + 100 * i, event(1_000, "a", 5));
            }

            assertThat(router.signals())
                    .extracting(Signal::kind, Signal::at)
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple(
                                    Signal.Kind.ACTIVITY, ORIGIN + 1_000),
                            org.assertj.core.api.Assertions.tuple(
                                    Signal.Kind.ACTIVITY, ORIGIN + 2_000),
                            org.assertj.core.api.Assertions.tuple(
                                    Signal.Kind.ACTIVITY, ORIGIN + 3_000));
            assertThat(router.events())
                    .filteredOn(sent -> sent.kind() == GroupedEvent.Kind.ACTIVITY)
                    .hasSize(3)
                    .allMatch(sent -> sent.group().endsWith("//{}"));
        }
    }

    @Test
    void tellsOncePerSecondHowOftenConditionsFailed() throws Exception {
        AlertDefinition failing =
                alert(
                        STREAM,
                        id(5),
                        1,
                        active(
                                1,
                                spec(
                                        "{'name':'failing','stream':'s1','where':'event.code * 2 >"
                                            + " event.m','condition':{'kind':'threshold','measure':'m','op':'>','value':1}}")));
        try (RouterHarness router = RouterHarness.start(update(STREAM), update(failing, 0))) {
            router.heartbeat(0, 0);
            for (int i = 0; i < 10; i++) {
                router.send(0, 100 + i, event(100, "a", 5));
            }
            router.heartbeat(0, 1_500);

            assertThat(router.events()).isEmpty();
            assertThat(router.signals())
                    .singleElement()
                    .satisfies(
                            signal -> {
                                assertThat(signal.kind()).isEqualTo(Signal.Kind.FAILURES);
                                assertThat(signal.key()).isEqualTo(key(failing, 1).toString());
                                assertThat(signal.until()).isEqualTo(10);
                            });
        }
    }

    private static RuleKey key(AlertDefinition alert, long version) {
        return new RuleKey(alert.tenant(), alert.id(), version);
    }

    private static List<RuleKey> rules(GroupedEvent event) {
        List<RuleKey> rules = new ArrayList<>();
        for (int i = 0; i < RuleRefs.count(event.rules()); i++) {
            rules.add(RuleRefs.get(event.rules(), i, ACME));
        }
        return rules;
    }
}
