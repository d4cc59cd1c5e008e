package io.streamgauge.control.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

class EventBudgetTest {

    private static final TenantId TENANT = new TenantId("a");

    private final TestingClock clock = new TestingClock();
    private final LocalRateLimiter bucket = new LocalRateLimiter(clock);
    private long limit = 1_000;
    private long asked;

    private final EventBudget budget =
            new EventBudget(new Counting(), tenant -> limit, clock::currentTimeNanos);

    /** The limiter of the process, with how often it was asked. */
    private final class Counting implements RateLimiter {

        @Override
        public Verdict tryConsume(Demand demand) {
            return bucket.take(demand);
        }

        @Override
        public Verdict tryConsumeAll(List<Demand> demands) {
            return bucket.takeAll(demands);
        }

        @Override
        public long consumeUpTo(String key, Limit wanted, long tokens) {
            asked++;
            return bucket.takeUpTo(key, wanted, tokens);
        }
    }

    @Test
    void allowsTenSecondsWorthAtOnceAndThenTheRate() {
        long atOnce = takeAsManyAsPossible(TENANT);
        clock.advance(Duration.ofSeconds(3));
        long later = takeAsManyAsPossible(TENANT);

        assertThat(atOnce).isEqualTo(10_000);
        assertThat(later).isEqualTo(3_000);
    }

    @Test
    void asksTheLimiterOnceForAChunk() {
        try (EventBudget.Allowance allowance = budget.open(TENANT)) {
            for (int i = 0; i < 100; i++) {
                assertThat(allowance.takeOne()).isTrue();
            }
        }

        assertThat(asked).isEqualTo(10);
    }

    @Test
    void leavesTheRestOfAChunkToTheNextRequest() {
        takeOne();
        takeOne();
        long askedForTwo = asked;
        clock.advance(Duration.ofSeconds(2));
        takeOne();

        assertThat(askedForTwo).isEqualTo(1);
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void keepsTenantsApart() {
        takeAsManyAsPossible(TENANT);

        assertThat(takeAsManyAsPossible(new TenantId("b"))).isEqualTo(10_000);
    }

    @Test
    void allowsNothingWhereTheLimitIsNothingAndAllWhereThereIsNone() {
        limit = 0;
        boolean ofNothing = takeOne();
        limit = EventBudget.UNLIMITED;
        boolean ofAll = takeOne();

        assertThat(ofNothing).isFalse();
        assertThat(ofAll).isTrue();
        assertThat(asked).isZero();
    }

    @Test
    void takesOnAChangedLimitWithTheNextRequest() {
        takeAsManyAsPossible(TENANT);
        limit = 2_000;
        clock.advance(Duration.ofSeconds(1));

        assertThat(takeAsManyAsPossible(TENANT)).isEqualTo(2_000);
    }

    @Test
    void allowsExactlyTheBurstToManyRequestsAtOnce() throws InterruptedException {
        LongAdder taken = new LongAdder();

        Threads.run(
                64,
                () -> {
                    for (int i = 0; i < 50; i++) {
                        try (EventBudget.Allowance allowance = budget.open(TENANT)) {
                            for (int j = 0; j < 7 && allowance.takeOne(); j++) {
                                taken.increment();
                            }
                        }
                    }
                });

        assertThat(taken.sum() + takeAsManyAsPossible(TENANT)).isEqualTo(10_000);
    }

    private boolean takeOne() {
        try (EventBudget.Allowance allowance = budget.open(TENANT)) {
            return allowance.takeOne();
        }
    }

    private long takeAsManyAsPossible(TenantId tenant) {
        long taken = 0;
        try (EventBudget.Allowance allowance = budget.open(tenant)) {
            while (allowance.takeOne()) {
                taken++;
            }
        }
        return taken;
    }
}
