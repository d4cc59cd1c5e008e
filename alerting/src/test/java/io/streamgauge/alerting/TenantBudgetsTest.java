package io.streamgauge.alerting;

import static io.streamgauge.alerting.TestAlerts.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.TenantId;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class TenantBudgetsTest {

    private static final TenantId OTHER = new TenantId("umbrella");
    private static final RuleKey DEAR = rule(TestAlerts.TENANT, 1);
    private static final RuleKey CHEAP = rule(TestAlerts.TENANT, 2);
    private static final RuleKey THEIRS = rule(OTHER, 3);

    private final TenantBudgets budgets = new TenantBudgets(tenant -> 1_000);

    private static RuleKey rule(TenantId tenant, int number) {
        return new RuleKey(tenant, id(number), 1);
    }

    private boolean mayJudge(RuleKey rule, long clock) {
        return budgets.suspendedUntil(rule, clock) <= clock;
    }

    @Test
    void suspendsTheCostliestRuleAndLetsTheOthersGoOn() {
        budgets.spent(CHEAP, 5_100, 100);
        budgets.spent(DEAR, 5_200, 899);
        assertThat(mayJudge(DEAR, 5_300)).isTrue();

        budgets.spent(CHEAP, 5_300, 1);

        assertThat(budgets.suspendedUntil(DEAR, 5_300)).isEqualTo(16_000);
        assertThat(mayJudge(CHEAP, 5_300)).isTrue();
        assertThat(mayJudge(THEIRS, 5_300)).isTrue();
    }

    @Test
    void letsARuleGoOnWhenItsTimeIsOver() {
        budgets.spent(DEAR, 5_200, 1_000);

        assertThat(mayJudge(DEAR, 15_999)).isFalse();
        assertThat(mayJudge(DEAR, 16_000)).isTrue();
    }

    @Test
    void beginsEachSecondWithAllOfTheBudget() {
        for (long at = 0; at < 60_000; at += 1_000) {
            budgets.spent(DEAR, at, 999);
        }

        assertThat(mayJudge(DEAR, 60_000)).isTrue();
    }

    @Test
    void neverLetsATenantSpendMoreThanFiveQuartersOfItsBudgetInASecond() {
        Random random = new Random(7);
        for (long second = 0; second < 200; second++) {
            long spent = 0;
            for (int i = 0; i < 500; i++) {
                RuleKey rule = rule(TestAlerts.TENANT, random.nextInt(300));
                long clock = second * 1_000 + i;
                if (mayJudge(rule, clock)) {
                    long units = 1L + random.nextInt(40);
                    budgets.spent(rule, clock, units);
                    spent += units;
                }
            }
            assertThat(spent).isLessThanOrEqualTo(1_250 + 40);
        }
    }

    @Test
    void doesNotLetALargeBudgetBeSpentAtOnce() {
        TenantBudgets large = new TenantBudgets(tenant -> 10 * TenantBudgets.BURST);
        large.spent(DEAR, 5_000, TenantBudgets.BURST - 1);
        assertThat(large.suspendedUntil(DEAR, 5_000)).isEqualTo(5_000);
        large.spent(DEAR, 5_499, 4 * TenantBudgets.BURST);
        assertThat(large.suspendedUntil(DEAR, 5_499)).isEqualTo(5_499);
        large.spent(DEAR, 5_499, 1);

        assertThat(large.suspendedUntil(DEAR, 5_499)).isEqualTo(16_000);
    }

    @Test
    void letsAllStandStillUntilTheSecondIsOverWhereSuspendingSomeDoesNotSuffice() {
        LongStream.rangeClosed(1, 10)
                .forEach(number -> budgets.spent(rule(TestAlerts.TENANT, (int) number), 500, 200));
        RuleKey another = rule(TestAlerts.TENANT, 11);

        assertThat(budgets.suspendedUntil(another, 500)).isEqualTo(1_000);
        assertThat(mayJudge(another, 1_000)).isTrue();
        assertThat(LongStream.rangeClosed(1, 10))
                .filteredOn(
                        number ->
                                !mayJudge(rule(TestAlerts.TENANT, (int) number.longValue()), 1_000))
                .hasSize(4);
    }

    @Test
    void goesOnFromItsBytesAsIfNothingHadHappened() {
        budgets.spent(DEAR, 5_100, 500);
        budgets.spent(CHEAP, 5_150, 400);
        budgets.spent(THEIRS, 5_150, 2_000);
        TenantBudgets restored = new TenantBudgets(tenant -> 1_000);
        restored.restore(budgets.toBytes());

        for (TenantBudgets each : new TenantBudgets[] {budgets, restored}) {
            each.spent(DEAR, 5_200, 99);
            assertThat(each.suspendedUntil(DEAR, 5_200)).isEqualTo(5_200);
            each.spent(CHEAP, 5_300, 1);
            assertThat(each.suspendedUntil(DEAR, 5_300)).isEqualTo(16_000);
            assertThat(each.suspendedUntil(THEIRS, 5_300)).isEqualTo(16_000);
        }
        assertThat(restored.toBytes()).isEqualTo(budgets.toBytes());
    }

    @Test
    void forgetsTenantsThatNothingFollowsFor() {
        int empty = budgets.toBytes().length;
        budgets.spent(CHEAP, 5_100, 10);
        budgets.spent(THEIRS, 5_100, 1_000);

        budgets.forget(6_000);
        assertThat(budgets.suspendedUntil(THEIRS, 6_000)).isEqualTo(16_000);
        budgets.forget(16_000);

        assertThat(budgets.toBytes()).hasSize(empty);
    }
}
