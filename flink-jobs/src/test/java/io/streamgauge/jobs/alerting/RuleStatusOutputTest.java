package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
import static io.streamgauge.jobs.alerting.AlertFixtures.ORIGIN;
import static io.streamgauge.jobs.alerting.AlertFixtures.STREAM;
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
import io.streamgauge.contracts.alert.JobClock;
import io.streamgauge.contracts.alert.RuleStatus;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import org.junit.jupiter.api.Test;

/** What the operator says of its rules, and of how far it is. */
class RuleStatusOutputTest {

    private static final AlertDefinition HIGH = alert(STREAM, id(1), 1, active(1, above(10)));

    @Test
    void setsARuleAsideThatDoesNotCompileAndGoesOnWithTheOthers() throws Exception {
        AlertDefinition bad =
                alert(
                        STREAM,
                        id(2),
                        1,
                        active(
                                1,
                                spec(
                                        "{'name':'bad','stream':'s1','where':'event.nothing >"
                                            + " 1','condition':{'kind':'threshold','measure':'m','op':'>','value':1}}")));
        try (AlertHarness job =
                AlertHarness.start(update(STREAM), update(bad, 0), update(HIGH, 0))) {
            job.event(STREAM, HIGH, 1, 100, "a", 50);
            job.clock(1_000);

            assertThat(job.summaries()).hasSize(1);
            assertThat(job.statuses())
                    .extracting(RuleStatus::alert, RuleStatus::state)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.api.Assertions.tuple(id(1), RuleStatus.State.ACTIVE),
                            org.assertj.core.api.Assertions.tuple(
                                    id(2), RuleStatus.State.QUARANTINED));
        }
    }

    @Test
    void saysWhenARuleIsInForceAndWhenItNoLongerIs() throws Exception {
        try (AlertHarness job = AlertHarness.start(update(STREAM))) {
            job.clock(0);
            job.define(update(HIGH, 1_000));
            job.clock(999);
            assertThat(job.statuses()).isEmpty();

            job.clock(1_000);
            assertThat(job.statuses())
                    .singleElement()
                    .satisfies(
                            status -> {
                                assertThat(status.state()).isEqualTo(RuleStatus.State.ACTIVE);
                                assertThat(status.effectiveFrom()).isEqualTo(ORIGIN + 1_000);
                                assertThat(status.revision()).isEqualTo(1);
                                assertThat(status.parallelism()).isEqualTo(1);
                            });
            job.define(removal(HIGH, 2_000));
            job.clock(2_000);

            assertThat(job.statuses())
                    .extracting(RuleStatus::state)
                    .containsExactly(RuleStatus.State.ENDED);
            assertThat(job.forgottenStatuses())
                    .containsExactly(new RuleKey(ACME, HIGH.id(), 1) + "/0");
        }
    }

    @Test
    void countsDefinitionsThatComeLateAndSaysSinceWhenTheyAreJudged() throws Exception {
        AlertDefinition changed = alert(STREAM, id(1), 2, active(2, above(100)));
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            job.clock(5_000);
            job.statuses();
            assertThat(job.lateDefinitions()).isZero();

            job.define(update(changed, 5_000));
            job.define(update(changed, 5_000)); // the topic is read from its begin
            job.event(STREAM, changed, 2, 5_100, "a", 500);
            job.clock(6_000);

            assertThat(job.lateDefinitions()).isEqualTo(1);
            assertThat(job.statuses())
                    .last()
                    .satisfies(
                            status -> {
                                assertThat(status.version()).isEqualTo(2);
                                assertThat(status.effectiveFrom()).isEqualTo(ORIGIN + 5_001);
                            });
            assertThat(job.summaries()).containsExactly("firing v2 {host:a} 5100@5100");
        }
    }

    @Test
    void tellsOfTheEndOfARuleThatWasSetAside() throws Exception {
        AlertDefinition bad =
                alert(
                        STREAM,
                        id(2),
                        1,
                        active(
                                1,
                                spec(
                                        "{'name':'bad','stream':'s1','where':'event.nothing >"
                                            + " 1','condition':{'kind':'threshold','measure':'m','op':'>','value':1}}")));
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(bad, 0))) {
            job.clock(100);
            job.define(update(alert(STREAM, bad.id(), 2, active(2, above(10))), 1_000));
            job.clock(1_000);

            assertThat(job.statuses())
                    .extracting(RuleStatus::version, RuleStatus::state)
                    .containsExactly(
                            org.assertj.core.api.Assertions.tuple(1L, RuleStatus.State.QUARANTINED),
                            org.assertj.core.api.Assertions.tuple(1L, RuleStatus.State.ENDED),
                            org.assertj.core.api.Assertions.tuple(2L, RuleStatus.State.ACTIVE));
            assertThat(job.forgottenStatuses())
                    .containsExactly(new RuleKey(ACME, bad.id(), 1) + "/0");
        }
    }

    @Test
    void tellsAtMostOnceASecondOfErrors() throws Exception {
        String rule = new RuleKey(ACME, HIGH.id(), 1).toString();
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(HIGH, 0))) {
            job.clock(100);
            job.statuses();
            for (int i = 0; i < 30; i++) {
                job.signal(Signal.failures(rule, "event.x: absent", 10, 0));
                job.clock(200 + 100 * i);
            }

            assertThat(job.statuses())
                    .hasSize(3)
                    .last()
                    .satisfies(
                            status -> {
                                assertThat(status.errors()).isGreaterThan(200);
                                assertThat(status.lastError()).contains("event.x: absent");
                            });
        }
    }

    @Test
    void opensNoMoreInstancesThanTheTenantMayHaveAndSaysSo() throws Exception {
        DefinitionUpdate policy =
                new DefinitionUpdate(
                        new TenantPolicyCodec.Key(ACME).toString(),
                        TenantPolicyCodec.toBytes(new TenantPolicy(ACME, 1, true, 10, 10, 5)));
        try (AlertHarness job = AlertHarness.start(policy, update(STREAM), update(HIGH, 0))) {
            for (int host = 0; host < 20; host++) {
                job.event(STREAM, HIGH, 1, 100 + host, "h" + host, 50);
            }
            job.clock(200);
            job.event(STREAM, HIGH, 1, 2_000, "h0", 5);
            job.event(STREAM, HIGH, 1, 2_001, "h19", 60);
            job.clock(3_000);

            assertThat(job.summaries())
                    .hasSize(7)
                    .endsWith(
                            "resolved v1 {host:h0} 100@2000 recovered",
                            "firing v1 {host:h19} 2001@2001");
            assertThat(job.statuses())
                    .last()
                    .extracting(RuleStatus::droppedInstances)
                    .isEqualTo(15L);
        }
    }

    @Test
    void tellsItsClockEveryFewSecondsOfTheWall() throws Exception {
        try (AlertHarness job = AlertHarness.start(update(STREAM))) {
            job.wall(50_000);
            for (int i = 0; i < 10; i++) {
                job.clock(100L * i);
            }
            job.wall(51_999);
            job.clock(5_000);
            job.wall(52_000);
            job.clock(6_000);
            job.statuses();

            assertThat(job.clocks())
                    .containsExactly(
                            new JobClock(0, 1, ORIGIN, 50_000),
                            new JobClock(0, 1, ORIGIN + 6_000, 52_000));
        }
    }
}
