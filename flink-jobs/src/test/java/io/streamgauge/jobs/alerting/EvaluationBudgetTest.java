package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.ORIGIN;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
import static io.streamgauge.jobs.alerting.AlertFixtures.UMBRELLA;
import static io.streamgauge.jobs.alerting.AlertFixtures.above;
import static io.streamgauge.jobs.alerting.AlertFixtures.active;
import static io.streamgauge.jobs.alerting.AlertFixtures.alert;
import static io.streamgauge.jobs.alerting.AlertFixtures.id;
import static io.streamgauge.jobs.alerting.AlertFixtures.spec;
import static io.streamgauge.jobs.alerting.AlertFixtures.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** A rule that costs more than its tenant may spend, beside others. */
class EvaluationBudgetTest {

    private static final int BUDGET = 50_000;

    /** Each event is compared with all that came before it. */
    private static final AlertDefinition DEAR =
            alert(
                    STREAM,
                    id(1),
                    1,
                    active(
                            1,
                            spec(
                                    "{'name':'dear','stream':'s1','groupBy':['host'],'keepFiringFor':'1s','condition':{'kind':'sequence','within':'1h','skip':'noSkip','steps':[{'name':'low','where':'event.m"
                                        + " < 10'},{'name':'high','where':'event.m > steps.low[0].m"
                                        + " + 50'}]}}")));

    private static final AlertDefinition CHEAP = alert(STREAM, id(2), 1, active(1, above(10)));
    private static final StreamDefinition THEIRS = AlertFixtures.stream(UMBRELLA, 1);
    private static final AlertDefinition OTHER = alert(THEIRS, id(3), 1, active(1, above(10)));

    private static DefinitionUpdate policy(TenantId tenant, int budget) {
        return new DefinitionUpdate(
                new TenantPolicyCodec.Key(tenant).toString(),
                TenantPolicyCodec.toBytes(
                        new TenantPolicy(tenant, 1, true, 10, 1_000, 1_000, budget)));
    }

    private static AlertHarness start(int budget) throws Exception {
        return AlertHarness.start(
                policy(ACME, budget),
                policy(UMBRELLA, budget),
                update(STREAM),
                update(THEIRS),
                update(DEAR, 0),
                update(CHEAP, 0),
                update(OTHER, 0));
    }

    /** A hundred events of the dear rule, and one of each other one. */
    private static void second(AlertHarness job, int number) throws Exception {
        long from = 1_000L * number;
        for (int i = 0; i < 100; i++) {
            job.event(STREAM, DEAR, 1, from + 10L * i, "a", number % 7 == 6 && i == 99 ? 90 : 5);
        }
        job.event(STREAM, CHEAP, 1, from + 500, "b", number % 2 == 0 ? 50 : 5);
        job.event(THEIRS, OTHER, 1, from + 500, "b", number % 2 == 0 ? 50 : 5);
        job.clock(from + 1_200);
    }

    private static List<String> of(List<AlertTransition> all, AlertDefinition alert) {
        return all.stream()
                .filter(transition -> transition.alert().equals(alert.id()))
                .map(AlertFixtures::summary)
                .toList();
    }

    @Test
    void suspendsTheRuleSaysSoAndLeavesTheOthersAlone() throws Exception {
        try (AlertHarness job = start(BUDGET)) {
            for (int i = 0; i < 30; i++) {
                second(job, i);
            }
            List<AlertTransition> transitions = job.transitions();
            List<RuleStatus> statuses = job.statuses();

            assertThat(of(transitions, CHEAP)).hasSize(30);
            assertThat(of(transitions, OTHER)).hasSize(30);
            assertThat(statuses)
                    .filteredOn(status -> !status.alert().equals(DEAR.id()))
                    .extracting(RuleStatus::throttled)
                    .containsOnly(0L);
            assertThat(statuses)
                    .filteredOn(status -> status.alert().equals(DEAR.id()))
                    .last()
                    .satisfies(
                            status -> {
                                assertThat(status.state()).isEqualTo(RuleStatus.State.ACTIVE);
                                assertThat(status.throttled()).isGreaterThan(1_000);
                                assertThat(status.throttledUntil())
                                        .hasValueSatisfying(
                                                until ->
                                                        assertThat(until)
                                                                .isGreaterThan(ORIGIN + 10_000));
                            });
        }
    }

    /** Of the cheap rule, which goes up and down ten times a second. */
    private static long throttledAsAMemberOf(int composites) throws Exception {
        List<DefinitionUpdate> updates = new ArrayList<>();
        updates.add(policy(ACME, BUDGET));
        updates.add(update(STREAM));
        updates.add(update(CHEAP, 0));
        for (int i = 0; i < composites; i++) {
            updates.add(
                    update(
                            new AlertDefinition(
                                    ACME,
                                    id(100 + i),
                                    Optional.empty(),
                                    Map.of("x", CHEAP.id()),
                                    1,
                                    false,
                                    List.of(
                                            active(
                                                    1,
                                                    spec(
                                                            "{'name':'c','groupBy':['host'],'condition':{'kind':'composite','all':['x']}}"))),
                                    Instant.EPOCH),
                            0));
        }
        try (AlertHarness job = AlertHarness.start(updates.toArray(DefinitionUpdate[]::new))) {
            for (int i = 0; i < 100; i++) {
                job.event(STREAM, CHEAP, 1, 100L * i, "a", i % 2 == 0 ? 50 : 5);
                job.clock(100L * i);
            }
            job.clock(12_000);
            return job.statuses().stream()
                    .filter(status -> status.alert().equals(CHEAP.id()))
                    .mapToLong(RuleStatus::throttled)
                    .max()
                    .orElseThrow();
        }
    }

    @Test
    void aMemberPaysForTheCompositesThatItTellsOfItself() throws Exception {
        assertThat(throttledAsAMemberOf(10)).isZero();
        assertThat(throttledAsAMemberOf(500)).isPositive();
    }

    @Test
    void letsItJudgeWhereTheTenantMaySpendSoMuch() throws Exception {
        try (AlertHarness job = start(100_000_000)) {
            for (int i = 0; i < 8; i++) {
                second(job, i);
            }

            assertThat(of(job.transitions(), DEAR)).isNotEmpty();
            assertThat(job.statuses()).extracting(RuleStatus::throttled).containsOnly(0L);
        }
    }

    @Test
    void judgesAfterAFailureAsItWouldHaveWithoutOne() throws Exception {
        List<String> whole = new ArrayList<>();
        try (AlertHarness job = start(BUDGET)) {
            for (int i = 0; i < 30; i++) {
                second(job, i);
            }
            whole.addAll(job.summaries());
        }
        List<String> parts = new ArrayList<>();
        Set<Integer> failing = Set.of(1, 2, 4, 11, 13, 20);
        AlertHarness job = start(BUDGET);
        try {
            for (int i = 0; i < 30; i++) {
                second(job, i);
                if (failing.contains(i)) {
                    OperatorSubtaskState state = job.snapshot();
                    parts.addAll(job.summaries());
                    job.close();
                    job = AlertHarness.restore(state);
                }
            }
            parts.addAll(job.summaries());
        } finally {
            job.close();
        }

        assertThat(parts).containsExactlyElementsOf(whole);
        assertThat(whole).anyMatch(text -> text.startsWith("firing"));
    }
}
