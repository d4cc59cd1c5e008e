package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.UMBRELLA;
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
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.AlertVersion;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What rules that change while the job runs are known to go wrong by elsewhere: state and timers
 * that stay, versions and keys that mix, time that one moves for all. On RocksDB, across restores.
 */
class DynamicRulesStateTest {

    private static final String HOST = "{\"host\":\"a\"}";

    private static final String RISE =
            "{'name':'rise','stream':'s1','groupBy':['host'],'keepFiringFor':'1s','condition':{'kind':'sequence','within':'10s','on':'%s','steps':[{'name':'low','where':'event.m"
                + " < 10'},{'name':'high','where':'event.m > steps.low[0].m + 50'}]}}";
    private static final String HELD =
            "{'name':'held','stream':'s1','groupBy':['host'],'for':'1m','condition':{'kind':'threshold','measure':'m','op':'<','value':10}}";
    private static final String MEAN =
            "{'name':'mean','stream':'s1','groupBy':['host'],'condition':{'kind':'threshold','measure':'m','aggregate':'mean','window':'1m','every':'1s','op':'>','value':55}}";
    private static final String COUNT =
            "{'name':'count','stream':'s1','groupBy':['host'],'condition':{'kind':'threshold','aggregate':'count','window':'1m','every':'10s','op':'>','value':1000}}";
    private static final String CHANGE =
            "{'name':'change','stream':'s1','groupBy':['host'],'condition':{'kind':'change','measure':'m','aggregate':'p95','window':'1m','every':'10s','offset':'1h','op':'>','value':10}}";
    private static final String SILENT =
            "{'name':'silent','stream':'s1','groupBy':['host'],'condition':{'kind':'absence','duration':'5m'}}";

    private static AlertDefinition rule(int number, String json) {
        return alert(STREAM, id(number), 1, active(1, spec(json)));
    }

    private static AlertDefinition rise(String on) {
        return rule(1, RISE.formatted(on));
    }

    @ParameterizedTest
    @ValueSource(strings = {RISE, HELD, MEAN, COUNT, CHANGE, SILENT})
    void nothingIsLeftOfARuleThatWasRemovedWhileTheJobWasDown(String json) throws Exception {
        AlertDefinition rule = rule(1, json.replace("%s", "both"));
        OperatorSubtaskState snapshot;
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(rule, 0))) {
            for (int host = 0; host < 5; host++) {
                job.event(STREAM, rule, 1, 100 + host, "h" + host, 5);
            }
            job.clock(300); // partial matches, panes, times to look again
            for (int host = 0; host < 5; host++) {
                job.event(STREAM, rule, 1, 400 + host, "h" + host, 5); // wait for their order
            }
            job.clock(420);
            for (int host = 0; host < 5; host++) {
                job.event(STREAM, rule, 1, 500 + host, "h" + host, 5); // wait for the clock
            }
            assertThat(job.keyedStateEntries()).isGreaterThan(10);
            assertThat(job.timers()).isEqualTo(5);
            snapshot = job.snapshot();
        }
        try (AlertHarness job = AlertHarness.restore(snapshot, removal(rule, 3_000))) {
            job.clock(3_000);
            job.clock(3_010);
            job.clock(3_020);

            assertThat(job.keyedStateEntries()).isZero();
            assertThat(job.timers()).isZero();
            assertThat(job.summaries()).noneMatch(text -> text.startsWith("firing"));
        }
    }

    @Test
    void aNewVersionNeverFinishesWhatTheOldOneHasBegun() throws Exception {
        AlertDefinition first = rise("match");
        AlertDefinition second = alert(STREAM, id(1), 2, active(2, spec(RISE.formatted("match"))));
        OperatorSubtaskState snapshot;
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(first, 0))) {
            job.event(STREAM, first, 1, 100, "a", 5);
            job.clock(500);
            snapshot = job.snapshot();
        }
        try (AlertHarness job = AlertHarness.restore(snapshot, update(second, 1_000))) {
            job.event(STREAM, second, 2, 2_000, "a", 90);
            job.clock(3_000);
            assertThat(job.summaries()).isEmpty();

            job.event(STREAM, second, 2, 3_100, "a", 4);
            job.event(STREAM, second, 2, 3_200, "a", 95);
            job.clock(20_000);

            assertThat(job.summaries())
                    .containsExactly(
                            "firing v2 {host:a} 3100@3200",
                            "resolved v2 {host:a} 3100@4300 recovered");
            assertThat(job.keyedStateEntries()).isZero();
        }
    }

    @Test
    void anOldVersionThatDrainsFinishesWhatItHasBegunAndBeginsNothing() throws Exception {
        AlertDefinition first = rise("both");
        AlertDefinition second =
                alert(
                        STREAM,
                        id(1),
                        2,
                        new AlertVersion(
                                1, AlertVersion.Mode.DRAINING, spec(RISE.formatted("both"))),
                        active(2, spec(RISE.formatted("match"))));
        RuleKey old = new RuleKey(ACME, id(1), 1);
        RuleKey fresh = new RuleKey(ACME, id(1), 2);
        OperatorSubtaskState snapshot;
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(first, 0))) {
            job.event(STREAM, first, 1, 100, "a", 5);
            job.clock(500);
            job.define(update(second, 1_000));
            snapshot = job.snapshot();
        }
        try (AlertHarness job = AlertHarness.restore(snapshot)) {
            job.event(STREAM, 2_000, 0, 10, event(2_000, "a", 90), HOST, old, fresh);
            job.event(STREAM, 2_100, 0, 11, event(2_100, "a", 3), HOST, old, fresh);
            job.clock(3_000);
            assertThat(job.summaries()).containsExactly("firing v1 {host:a} 100@2000");

            job.event(STREAM, 3_100, 0, 12, event(3_100, "a", 70), HOST, old, fresh);
            job.clock(60_000);

            assertThat(job.summaries())
                    .containsExactly(
                            "resolved v1 {host:a} 100@3100 recovered",
                            "firing v2 {host:a} 2100@3100",
                            "resolved v2 {host:a} 2100@4200 recovered");
            assertThat(job.keyedStateEntries()).isZero();
            assertThat(job.timers()).isZero();
        }
    }

    @Test
    void nothingIsLeftOfAKeyThatFallsSilentWithAMatchBegun() throws Exception {
        AlertDefinition rule = rise("match");
        OperatorSubtaskState snapshot;
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(rule, 0))) {
            for (int host = 0; host < 50; host++) {
                job.event(STREAM, rule, 1, 100 + host, "h" + host, 5);
            }
            job.clock(1_000);
            assertThat(job.timers()).isEqualTo(50);
            snapshot = job.snapshot();
        }
        try (AlertHarness job = AlertHarness.restore(snapshot)) {
            job.clock(30_000);

            assertThat(job.summaries()).isEmpty();
            assertThat(job.keyedStateEntries()).isZero();
            assertThat(job.timers()).isZero();
        }
    }

    @Test
    void aBusyKeyOfManyRulesHasOneTimer() throws Exception {
        List<String> specs = List.of(RISE.formatted("both"), HELD, MEAN, COUNT, CHANGE, SILENT);
        List<DefinitionUpdate> updates = new ArrayList<>(List.of(update(STREAM)));
        List<RuleKey> rules = new ArrayList<>();
        for (int i = 0; i < specs.size(); i++) {
            AlertDefinition rule = rule(i + 1, specs.get(i));
            updates.add(update(rule, 0));
            rules.add(new RuleKey(ACME, rule.id(), 1));
        }
        try (AlertHarness job = AlertHarness.start(updates.toArray(DefinitionUpdate[]::new))) {
            for (int i = 0; i < 300; i++) { // each begins a match, and stands for a new due time
                long at = 100 + 7L * i;
                job.event(STREAM, at, 0, i, event(at, "a", 5), HOST, rules.toArray(RuleKey[]::new));
                job.clock(at);
                assertThat(job.timers()).isEqualTo(1);
            }
        }
    }

    @Test
    void aKeyHasNoMorePartialMatchesThanItsTenantMayAndTheRuleSaysSo() throws Exception {
        AlertDefinition rule =
                rule(1, RISE.formatted("match").replace("'on'", "'skip':'noSkip','on'"));
        DefinitionUpdate policy =
                new DefinitionUpdate(
                        new TenantPolicyCodec.Key(ACME).toString(),
                        TenantPolicyCodec.toBytes(new TenantPolicy(ACME, 1, true, 10, 4, 1_000)));
        try (AlertHarness job = AlertHarness.start(policy, update(STREAM), update(rule, 0))) {
            for (int i = 0; i < 20; i++) {
                job.event(STREAM, rule, 1, 100 + i, "a", 5);
            }
            job.clock(1_000);
            job.event(STREAM, rule, 1, 2_000, "a", 90);
            job.clock(3_000);

            assertThat(job.summaries())
                    .containsExactlyInAnyOrder( // the oldest were given up
                            "firing v1 {host:a} 116@2000",
                            "firing v1 {host:a} 117@2000",
                            "firing v1 {host:a} 118@2000",
                            "firing v1 {host:a} 119@2000");
            assertThat(job.statuses())
                    .last()
                    .extracting(RuleStatus::droppedPartialMatches)
                    .isEqualTo(16L);
        }
    }

    @Test
    void oneTenantsTimestampsMoveNoTimeOfAnothers() throws Exception {
        StreamDefinition theirs = AlertFixtures.stream(UMBRELLA, 1);
        AlertDefinition ours = rise("match");
        AlertDefinition other = alert(theirs, id(9), 1, active(1, spec(RISE.formatted("match"))));
        try (AlertHarness job =
                AlertHarness.start(
                        update(STREAM), update(theirs), update(ours, 0), update(other, 0))) {
            for (int i = 0; i < 100; i++) {
                long at = 100 + 10L * i;
                job.event(
                        theirs,
                        at,
                        0,
                        2L * i,
                        event(at + 50_000, "a", i % 2 == 0 ? 5 : 90), // far ahead
                        HOST,
                        new RuleKey(UMBRELLA, other.id(), 1));
                job.event(
                        STREAM,
                        at,
                        0,
                        2L * i + 1,
                        event(at - 90, "a", i % 2 == 0 ? 5 : 90), // as late as may be
                        HOST,
                        new RuleKey(ACME, ours.id(), 1));
                job.clock(at);
            }
            job.clock(10_000);

            assertThat(job.transitions())
                    .filteredOn(transition -> transition.tenant().equals(ACME))
                    .hasSize(100) // of each pair, fires and resolves
                    .allSatisfy(
                            transition -> assertThat(transition.evidence().lateEvents()).isZero());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void tenantsWithTheSameTimestampsGetWhatEachGetsAlone(long seed) throws Exception {
        Random random = new Random(seed);
        StreamDefinition theirs = AlertFixtures.stream(UMBRELLA, 1);
        AlertDefinition ours = rise("both");
        AlertDefinition other = alert(theirs, id(9), 1, active(1, spec(RISE.formatted("both"))));
        DefinitionUpdate[] updates = {
            update(STREAM), update(theirs), update(ours, 0), update(other, 0)
        };
        List<String> together = new ArrayList<>();
        List<String> alone = new ArrayList<>();
        AlertHarness both = AlertHarness.start(updates);
        AlertHarness onlyOurs = AlertHarness.start(updates);
        AlertHarness onlyTheirs = AlertHarness.start(updates);
        try {
            for (int i = 0; i < 400; i++) {
                long at = 100 + 100L * i;
                String host = "{\"host\":\"h%d\"}".formatted(random.nextInt(2));
                for (StreamDefinition stream : List.of(STREAM, theirs)) {
                    boolean isOurs = stream.equals(STREAM);
                    String json = event(at, host.substring(9, 11), random.nextInt(3) == 0 ? 90 : 5);
                    RuleKey rule = new RuleKey(stream.tenant(), isOurs ? ours.id() : other.id(), 1);
                    both.event(stream, at, 0, i, json, host, rule);
                    (isOurs ? onlyOurs : onlyTheirs).event(stream, at, 0, i, json, host, rule);
                }
                if (random.nextInt(4) == 0) {
                    both.clock(at);
                    onlyOurs.clock(at);
                    onlyTheirs.clock(at);
                }
                if (random.nextInt(60) == 0) {
                    both.transitions().forEach(it -> together.add(text(it)));
                    OperatorSubtaskState snapshot = both.snapshot();
                    both.close();
                    both = AlertHarness.restore(snapshot);
                }
            }
            for (AlertHarness job : List.of(both, onlyOurs, onlyTheirs)) {
                job.clock(100_000);
                assertThat(job.keyedStateEntries()).isZero();
            }
            both.transitions().forEach(it -> together.add(text(it)));
            onlyOurs.transitions().forEach(it -> alone.add(text(it)));
            onlyTheirs.transitions().forEach(it -> alone.add(text(it)));
        } finally {
            both.close();
            onlyOurs.close();
            onlyTheirs.close();
        }

        assertThat(together).hasSizeGreaterThan(100).containsExactlyInAnyOrderElementsOf(alone);
    }

    private static String text(AlertTransition transition) {
        return transition.tenant()
                + " "
                + AlertFixtures.summary(transition)
                + " "
                + transition.instance()
                + " "
                + transition.evidence();
    }
}
