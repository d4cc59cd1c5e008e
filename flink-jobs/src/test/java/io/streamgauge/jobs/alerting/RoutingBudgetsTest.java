package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.active;
import static io.streamgauge.jobs.alerting.AlertFixtures.alert;
import static io.streamgauge.jobs.alerting.AlertFixtures.id;
import static io.streamgauge.jobs.alerting.AlertFixtures.spec;
import static io.streamgauge.jobs.alerting.AlertFixtures.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Rules whose conditions no index answers, so that the router has to ask them for each event. */
class RoutingBudgetsTest {

    private static final int SECONDS = 30;
    private static final int EVENTS_PER_SECOND = 20;
    private static final int PARTITIONS = 2;

    /** Of some hundred rounds; true of no event that has the host {@code quiet}. */
    private static final String COSTLY =
            "[1,2,3,4,5,6,7,8,9].all(x, [1,2,3,4,5,6,7,8,9].all(y, x * y * event.m >= 0)) &&"
                    + " event.m * 1 < 1000";

    private static final AlertDefinition DEAR =
            rule(1, COSTLY, "'threshold','measure':'m','op':'>','value':10");
    private static final AlertDefinition CHEAP =
            rule(2, "event.host == \\'b\\'", "'threshold','measure':'m','op':'>','value':10");

    /** Its condition costs as much as that of the dear one. */
    private static final AlertDefinition SILENT =
            rule(3, COSTLY + " || false", "'absence','duration':'5s'");

    private final List<AlertTransition> transitions = new ArrayList<>();

    private static AlertDefinition rule(int number, String where, String condition) {
        return alert(
                STREAM,
                id(number),
                1,
                active(
                        1,
                        spec(
                                "{'name':'x','stream':'s1','groupBy':['host'],'where':'%s','condition':{'kind':%s}}"
                                        .formatted(where, condition))));
    }

    private static DefinitionUpdate policy(int budget) {
        return new DefinitionUpdate(
                new TenantPolicyCodec.Key(ACME).toString(),
                TenantPolicyCodec.toBytes(
                        new TenantPolicy(ACME, 1, true, 10, 1_000, 1_000, budget)));
    }

    private void run(int budget, Set<Integer> restarts, AlertDefinition... rules) throws Exception {
        try (AlertPipeline job = new AlertPipeline(policy(budget), update(STREAM))) {
            for (AlertDefinition rule : rules) {
                job.define(update(rule, 0));
            }
            long offset = 0;
            for (int second = 0; second < SECONDS; second++) {
                for (int i = 0; i < EVENTS_PER_SECOND; i++) {
                    long at = 1_000L * second + 1_000L / EVENTS_PER_SECOND * i + 1;
                    String host = i % 2 == 0 ? "a" : "b";
                    double m = i < 2 ? 50 * ((second + i) % 2) : 5;
                    job.send(i % PARTITIONS, offset++, at, AlertFixtures.event(at, host, m));
                    job.heartbeat((i + 1) % PARTITIONS, at);
                }
                if (restarts.contains(second)) {
                    job.restart();
                }
                job.clock(1_000L * second + 999);
            }
            transitions.addAll(job.transitions());
        }
    }

    private List<String> of(AlertDefinition alert) {
        return transitions.stream()
                .filter(transition -> transition.alert().equals(alert.id()))
                .map(AlertFixtures::summary)
                .toList();
    }

    @Test
    void suspendTheRuleThatCostsMostToAskAndLeaveTheOthersAlone() throws Exception {
        run(1_000, Set.of(), DEAR, CHEAP);

        assertThat(of(DEAR)).as("it is asked about the first events").hasSizeBetween(1, 20);
        assertThat(of(CHEAP)).hasSize(SECONDS);
    }

    @Test
    void askEachRuleWhereTheTenantMaySpendSoMuch() throws Exception {
        run(10_000_000, Set.of(), DEAR, CHEAP);

        assertThat(of(DEAR)).hasSize(2 * SECONDS);
        assertThat(of(CHEAP)).hasSize(SECONDS);
    }

    @Test
    void doNotTakeWhatWasNotAskedForSilence() throws Exception {
        run(1_000, Set.of(), SILENT);
        assertThat(transitions).as("nobody was silent").isEmpty();

        run(10_000_000, Set.of(), SILENT);
        assertThat(transitions).isEmpty();
    }

    @Test
    void comeToTheSameAfterAFailure() throws Exception {
        run(1_000, Set.of(), DEAR, CHEAP, SILENT);
        List<String> whole = texts();
        transitions.clear();

        run(1_000, Set.of(0, 1, 2, 5, 11, 12, 20), DEAR, CHEAP, SILENT);

        assertThat(texts()).containsExactlyElementsOf(whole);
        assertThat(whole).isNotEmpty();
    }

    private List<String> texts() {
        return transitions.stream()
                .map(transition -> transition.alert() + " " + AlertFixtures.summary(transition))
                .toList();
    }
}
