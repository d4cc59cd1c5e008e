package io.streamgauge.jobs.alerting;

import static io.streamgauge.jobs.alerting.AlertFixtures.ACME;
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
import io.streamgauge.contracts.alert.RuleStatus;
import org.junit.jupiter.api.Test;

/**
 * State that cannot be read, as a release that reads another form of it would find it: one rule
 * forgets one key, whatever the path on which it is found, and the rest of the group goes on.
 */
class SpoiledStateTest {

    private static final String HOST = "{\"host\":\"a\"}";
    private static final AlertDefinition HELD =
            alert(
                    STREAM,
                    id(1),
                    1,
                    active(
                            1,
                            spec(
                                    "{'name':'held','stream':'s1','groupBy':['host'],'for':'10s','condition':{'kind':'threshold','measure':'m','op':'>','value':10}}")));
    private static final AlertDefinition HIGH = alert(STREAM, id(2), 1, active(1, above(10)));
    private static final RuleKey SPOILED = new RuleKey(ACME, HELD.id(), 1);
    private static final RuleKey OTHER = new RuleKey(ACME, HIGH.id(), 1);

    private static AlertHarness begun() throws Exception {
        AlertHarness job = AlertHarness.start(update(STREAM), update(HELD, 0), update(HIGH, 0));
        event(job, 100, 50);
        job.clock(200);
        assertThat(job.summaries())
                .containsExactlyInAnyOrder(
                        "pending v1 {host:a} 100@100", "firing v1 {host:a} 100@100");
        job.spoil(SPOILED, AlertHarness.group(STREAM, HOST));
        job.statuses();
        return job;
    }

    private static void event(AlertHarness job, long at, double m) throws Exception {
        job.event(STREAM, at, 0, at, AlertFixtures.event(at, "a", m), HOST, SPOILED, OTHER);
    }

    private static void assertTold(AlertHarness job) throws Exception {
        assertThat(job.statuses())
                .filteredOn(status -> status.alert().equals(HELD.id()))
                .last()
                .extracting(RuleStatus::lastError)
                .asString()
                .contains("internal error: ", "state of a rule: version -50 (expected: 1)");
    }

    @Test
    void isToldOfWhereATimerFindsIt() throws Exception {
        try (AlertHarness job = begun()) {
            job.clock(10_100);
            assertTold(job);
            event(job, 11_000, 5);
            job.clock(12_000);

            assertThat(job.summaries())
                    .containsExactly( // of the spoiled one only its end is known
                            "dismissed v1 {host:a} 10100@10100 key-forgotten",
                            "resolved v1 {host:a} 100@11000 recovered");
        }
    }

    @Test
    void isToldOfWhereAnEventFindsIt() throws Exception {
        try (AlertHarness job = begun()) {
            event(job, 1_000, 60);
            job.clock(2_000);
            assertTold(job);
            event(job, 3_000, 60);
            job.clock(14_000);

            assertThat(job.summaries())
                    .containsExactly(
                            "dismissed v1 {host:a} 1000@1000 key-forgotten",
                            "pending v1 {host:a} 3000@3000",
                            "firing v1 {host:a} 3000@13000");
        }
    }

    @Test
    void leavesNothingBehindWhereItsRuleEnds() throws Exception {
        try (AlertHarness job = begun()) {
            job.define(removal(HELD, 1_000));
            job.define(removal(HIGH, 1_000));
            job.clock(1_000);
            job.clock(1_010);

            assertThat(job.summaries())
                    .containsExactlyInAnyOrder(
                            "resolved v1 {host:a} 100@1000 rule-removed",
                            "dismissed v1 {host:a} 1000@1000 key-forgotten");
            assertThat(job.keyedStateEntries()).isZero();
            assertThat(job.timers()).isZero();
        }
    }

    @Test
    void saysSoWhereItIsAskedFor() throws Exception {
        try (AlertHarness job = begun()) {
            job.signal(
                    Signal.question(
                            io.streamgauge.contracts.alert.ExplainRequestCodec.toBytes(
                                    new io.streamgauge.contracts.alert.ExplainRequest(
                                            new java.util.UUID(9, 9), ACME, HELD.id(), HOST))));

            assertThat(job.side(AlertOperator.ANSWERS))
                    .singleElement()
                    .satisfies(
                            answer ->
                                    assertThat(
                                                    new String(
                                                            answer.value(),
                                                            java.nio.charset.StandardCharsets
                                                                    .UTF_8))
                                            .contains("internal error: "));
        }
    }
}
