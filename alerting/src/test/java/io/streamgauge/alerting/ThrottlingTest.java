package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.TENANT;
import static io.streamgauge.alerting.TestAlerts.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.TenantId;
import org.junit.jupiter.api.Test;

class ThrottlingTest {

    private static final RuleKey RULE = new RuleKey(TENANT, id(1), 1);
    private static final RuleKey OTHER = new RuleKey(TENANT, id(2), 1);
    private static final RuleKey THEIRS = new RuleKey(new TenantId("umbrella"), id(3), 1);

    private final Throttling throttling = new Throttling();

    @Test
    void suspendsARuleForItsTimesAndNoOther() {
        throttling.add(RULE, 100, 200);

        assertThat(throttling.suspendedUntil(RULE, 99)).isEqualTo(99);
        assertThat(throttling.suspendedUntil(RULE, 100)).isEqualTo(200);
        assertThat(throttling.suspendedUntil(RULE, 200)).isEqualTo(200);
        assertThat(throttling.suspendedUntil(OTHER, 100)).isEqualTo(100);
    }

    @Test
    void suspendsAllOfATenant() {
        throttling.add(TENANT, 100, 200);

        assertThat(throttling.suspendedUntil(RULE, 150)).isEqualTo(200);
        assertThat(throttling.suspendedUntil(THEIRS, 150)).isEqualTo(150);
    }

    @Test
    void tellsAKeyWhatItMissedSinceItWasLastLookedAt() {
        throttling.add(RULE, 100, 200);
        throttling.add(TENANT, 250, 260);
        throttling.add(RULE, 300, 400);

        assertThat(throttling.missedSince(RULE, 0, 90)).isEqualTo(KeyJudge.NEVER);
        assertThat(throttling.missedSince(RULE, 0, 500)).isEqualTo(100);
        assertThat(throttling.lastMissed(RULE, 230)).isEqualTo(100);
        assertThat(throttling.missedSince(RULE, 100, 240)).isEqualTo(KeyJudge.NEVER);
        assertThat(throttling.missedSince(RULE, 100, 500)).isEqualTo(250);
        assertThat(throttling.missedSince(RULE, 300, 500)).isEqualTo(KeyJudge.NEVER);
        assertThat(throttling.missedSince(OTHER, 0, 500)).isEqualTo(250);
    }

    @Test
    void neverTellsAKeyThatItMissedLessThanItDid() {
        for (int i = 1; i <= 100; i++) {
            throttling.add(RULE, 100L * i, 100L * i + 50);
        }

        for (int i = 0; i < 100; i++) {
            assertThat(throttling.missedSince(RULE, 100L * i, 20_000))
                    .as("known: %d", i)
                    .isLessThanOrEqualTo(100L * (i + 1));
        }
        assertThat(throttling.missedSince(RULE, 10_000, 20_000)).isEqualTo(KeyJudge.NEVER);
    }

    @Test
    void isTheSameAfterARestore() {
        for (int i = 1; i <= 20; i++) {
            throttling.add(RULE, 100L * i, 100L * i + 50);
        }
        throttling.add(TENANT, 5_000, 6_000);

        Throttling restored = Throttling.fromBytes(throttling.toBytes());

        for (long known = 0; known < 6_000; known += 100) {
            assertThat(restored.missedSince(RULE, known, 7_000))
                    .isEqualTo(throttling.missedSince(RULE, known, 7_000));
        }
        assertThat(restored.suspendedUntil(OTHER, 5_500)).isEqualTo(6_000);
        assertThat(restored.suspendedUntil(RULE, 2_010)).isEqualTo(2_050);
    }

    @Test
    void forgetsRulesThatAreNoMore() {
        throttling.add(RULE, 100, 200);
        throttling.add(OTHER, 100, 200);

        throttling.retain(OTHER::equals);

        assertThat(throttling.lastMissed(RULE, 300)).isZero();
        assertThat(throttling.lastMissed(OTHER, 300)).isEqualTo(100);
    }
}
