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
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertDefinition;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.contracts.tenant.TenantPolicyCodec;
import io.streamgauge.jobs.control.DefinitionUpdate;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** A tenant that is not active: its alerts stand still, and go on where they stood. */
class SuspensionTest {

    private static AlertDefinition hosts(String condition, String durations) {
        return alert(
                STREAM,
                id(1),
                1,
                active(
                        1,
                        spec(
                                "{'name':'x','stream':'s1','groupBy':['host'],%s'condition':%s}"
                                        .formatted(durations, condition))));
    }

    private static AlertDefinition whole(String condition) {
        return alert(
                STREAM,
                id(1),
                1,
                active(1, spec("{'name':'x','stream':'s1','condition':%s}".formatted(condition))));
    }

    private static final String HIGH = "{'kind':'threshold','measure':'m','op':'>','value':10}";

    private static DefinitionUpdate policy(TenantId tenant, long version, boolean active, long at) {
        return new DefinitionUpdate(
                new TenantPolicyCodec.Key(tenant).toString(),
                TenantPolicyCodec.toBytes(new TenantPolicy(tenant, version, active, 1_000)),
                ORIGIN + at - RuleDesk.EFFECT_DELAY_MILLIS);
    }

    private static void suspend(AlertHarness job, long at) throws Exception {
        job.define(policy(ACME, at, false, at));
    }

    private static void resume(AlertHarness job, long at) throws Exception {
        job.define(policy(ACME, at, true, at));
    }

    /** An event of the whole stream. */
    private static void event(AlertHarness job, long at) throws Exception {
        job.event(
                STREAM,
                at,
                0,
                at,
                AlertFixtures.event(at, "a", 1),
                "{}",
                new RuleKey(ACME, id(1), 1));
    }

    @Test
    void theTimeInWhichItIsInactiveIsNoSilence() throws Exception {
        AlertDefinition silent = whole("{'kind':'absence','duration':'30s'}");
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(silent, 0))) {
            event(job, 1_000);
            suspend(job, 20_000);
            job.clock(100_000);
            assertThat(job.summaries()).isEmpty();
            assertThat(job.timers()).isZero();
            resume(job, 120_000);

            job.clock(130_999); // 19 s of silence before, 11 s after
            assertThat(job.summaries()).isEmpty();
            job.clock(131_000);

            assertThat(job.summaries()).containsExactly("firing v1 {} 131000@131000");
        }
    }

    @Test
    void whatIsPendingGoesOnToBeForAsLongAsItLacked() throws Exception {
        AlertDefinition held = hosts(HIGH, "'for':'10s',");
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(held, 0))) {
            job.event(STREAM, held, 1, 1_000, "a", 50);
            suspend(job, 5_000);
            job.clock(60_000);
            assertThat(job.summaries()).containsExactly("pending v1 {host:a} 1000@1000");
            resume(job, 61_000);

            job.clock(66_999);
            assertThat(job.summaries()).isEmpty();
            job.clock(67_000);

            assertThat(job.summaries()).containsExactly("firing v1 {host:a} 1000@67000");
        }
    }

    @Test
    void whatFiresGoesOnToFireAndRecoversAfterwards() throws Exception {
        AlertDefinition kept = hosts(HIGH, "'keepFiringFor':'10s',");
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(kept, 0))) {
            job.event(STREAM, kept, 1, 1_000, "a", 50);
            job.event(STREAM, kept, 1, 2_000, "a", 5);
            suspend(job, 5_000);
            job.event(STREAM, kept, 1, 6_000, "a", 50);
            job.clock(60_000);
            assertThat(job.summaries()).containsExactly("firing v1 {host:a} 1000@1000");
            resume(job, 65_000);

            job.clock(71_999);
            assertThat(job.summaries()).isEmpty();
            job.clock(72_000);

            assertThat(job.summaries())
                    .containsExactly("resolved v1 {host:a} 1000@72000 recovered");
        }
    }

    @Test
    void sequencesBeginAnew() throws Exception {
        AlertDefinition unfinished =
                hosts(
                        "{'kind':'sequence','within':'10s','on':'both','steps':[{'name':'low','where':'event.m"
                            + " < 10'},{'name':'high','where':'event.m > 50'}]}",
                        "'keepFiringFor':'20s',");
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(unfinished, 0))) {
            job.event(STREAM, unfinished, 1, 1_000, "a", 5);
            job.event(STREAM, unfinished, 1, 1_100, "a", 60);
            job.event(STREAM, unfinished, 1, 2_000, "a", 5);
            job.event(STREAM, unfinished, 1, 4_950, "a", 5); // waits for its turn
            suspend(job, 5_000);
            job.clock(7_000);
            assertThat(job.summaries()).containsExactly("firing v1 {host:a} 1000@1100");
            resume(job, 8_000);
            job.event(STREAM, unfinished, 1, 9_000, "a", 60);
            job.clock(24_199);
            assertThat(job.summaries()).isEmpty();
            job.clock(24_200); // 20 s from 1.2 s on, and 3 s of suspension

            assertThat(job.summaries())
                    .containsExactly("resolved v1 {host:a} 1000@24200 recovered");
            assertThat(job.keyedStateEntries()).isZero();
        }
    }

    @Test
    void windowsWithAHoleDoNotCountAsWhole() throws Exception {
        AlertDefinition few =
                whole(
                        "{'kind':'threshold','aggregate':'count','window':'10s','every':'1s','op':'<','value':5}");
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(few, 0))) {
            for (long at = 0; at < 20_000; at += 1_000) {
                event(job, at);
            }
            suspend(job, 20_000);
            job.clock(60_000);
            resume(job, 60_000);
            for (long at = 60_000; at < 80_000; at += 1_000) {
                event(job, at);
                job.clock(at);
            }
            assertThat(job.summaries()).isEmpty();
            job.clock(90_000);

            assertThat(job.summaries()).containsExactly("firing v1 {} 86000@86000");
        }
    }

    @Test
    void endsWhatARemovedAlertHasOpenAlthoughItIsInactive() throws Exception {
        AlertDefinition high = alert(STREAM, id(1), 1, active(1, above(10)));
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(high, 0))) {
            job.event(STREAM, high, 1, 1_000, "a", 50);
            suspend(job, 5_000);
            job.clock(9_000);
            job.define(removal(high, 10_000));
            job.clock(10_000);
            job.clock(10_010);

            assertThat(job.summaries())
                    .containsExactly(
                            "firing v1 {host:a} 1000@1000",
                            "resolved v1 {host:a} 1000@10000 rule-removed");
            assertThat(job.keyedStateEntries()).isZero();
        }
    }

    @Test
    void standsStillOverARestore() throws Exception {
        AlertDefinition silent = whole("{'kind':'absence','duration':'30s'}");
        OperatorSubtaskState before;
        OperatorSubtaskState within;
        try (AlertHarness job = AlertHarness.start(update(STREAM), update(silent, 0))) {
            event(job, 1_000);
            job.clock(19_000);
            suspend(job, 20_000);
            before = job.snapshot();
        }
        try (AlertHarness job = AlertHarness.restore(before)) {
            job.clock(100_000);
            assertThat(job.summaries()).isEmpty();
            resume(job, 120_000);
            within = job.snapshot();
        }
        try (AlertHarness job = AlertHarness.restore(within)) {
            job.clock(130_999);
            assertThat(job.summaries()).isEmpty();
            job.clock(131_000);

            assertThat(job.summaries()).containsExactly("firing v1 {} 131000@131000");
        }
    }

    @Test
    void knowsOfASuspensionFromBeforeItsStart() throws Exception {
        AlertDefinition silent = whole("{'kind':'absence','duration':'30s'}");
        try (AlertHarness job =
                AlertHarness.start(
                        policy(ACME, 1, false, 20_000), update(STREAM), update(silent, 0))) {
            event(job, 1_000);
            event(job, 25_000);
            job.clock(200_000);

            assertThat(job.summaries()).isEmpty();
        }
    }

    @Test
    void leavesOtherTenantsAlone() throws Exception {
        StreamDefinition other = AlertFixtures.stream(UMBRELLA, 1);
        AlertDefinition theirs =
                alert(
                        other,
                        id(2),
                        1,
                        active(
                                1,
                                spec(
                                        "{'name':'x','stream':'s1','groupBy':['host'],'for':'10s','condition':%s}"
                                                .formatted(HIGH))));
        try (AlertHarness job = AlertHarness.start(update(other), update(theirs, 0))) {
            job.event(other, theirs, 1, 1_000, "a", 50);
            suspend(job, 5_000);
            job.clock(20_000);

            assertThat(job.summaries())
                    .containsExactly(
                            "pending v1 {host:a} 1000@1000", "firing v1 {host:a} 1000@11000");
        }
    }
}
