package io.streamgauge.control.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LocalRateLimiterTest {

    private static final Limit HUNDRED_AN_HOUR = Limit.perHour(100);

    private final TestingClock clock = new TestingClock();
    private final LocalRateLimiter limiter = new LocalRateLimiter(clock);

    @Test
    void letsTheAmountThroughAndThenWhatIsRefilled() {
        int atOnce = takeAll("a", HUNDRED_AN_HOUR);
        clock.advance(Duration.ofMinutes(30));
        int afterHalfTheWindow = takeAll("a", HUNDRED_AN_HOUR);

        assertThat(atOnce).isEqualTo(100);
        assertThat(afterHalfTheWindow).isEqualTo(50);
    }

    @Test
    void saysWhatIsLeftAndWhenThereIsMore() {
        Verdict first = limiter.take(Demand.one("p", "a", HUNDRED_AN_HOUR));
        takeAll("a", HUNDRED_AN_HOUR);
        clock.advance(Duration.ofSeconds(6));
        Verdict refused = limiter.take(Demand.one("p", "a", HUNDRED_AN_HOUR));

        assertThat(first.allowed()).isTrue();
        assertThat(first.remaining()).isEqualTo(99);
        assertThat(first.refillSeconds()).isEqualTo(36);
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.remaining()).isZero();
        assertThat(refused.refillSeconds()).isEqualTo(30);
    }

    @Test
    void isRightAboutTheTimeAfterWhichItLetsThrough() {
        Limit limit = new Limit(7, Duration.ofSeconds(3));
        takeAll("a", limit);
        Demand three = new Demand("p", "a", limit, 3);
        long wait = limiter.take(three).refillNanos();

        clock.advanceNanos(wait - 1);
        boolean tooEarly = limiter.take(three).allowed();
        clock.advanceNanos(2); // Bucket4j rounds down to whole nanoseconds
        boolean inTime = limiter.take(three).allowed();

        assertThat(tooEarly).isFalse();
        assertThat(inTime).isTrue();
    }

    @Test
    void countsKeysApart() {
        takeAll("a", HUNDRED_AN_HOUR);

        assertThat(takeAll("b", HUNDRED_AN_HOUR)).isEqualTo(100);
    }

    @Test
    void takesOnAChangedLimitAtOnceAndInProportion() {
        for (int i = 0; i < 50; i++) {
            limiter.take(Demand.one("p", "a", HUNDRED_AN_HOUR));
        }

        Limit thousand = Limit.perHour(1_000);
        long leftOfMore = limiter.take(Demand.one("p", "a", thousand)).remaining();
        int leftOfLess = takeAll("a", Limit.perHour(10));
        clock.advance(Duration.ofMinutes(30));

        assertThat(leftOfMore).isEqualTo(499);
        assertThat(leftOfLess).isEqualTo(4);
        assertThat(takeAll("a", Limit.perHour(10))).isEqualTo(5);
    }

    @Test
    void yieldsNoTokensToWhoChangesLimitsToAndFro() {
        takeAll("a", HUNDRED_AN_HOUR);

        int yielded = 0;
        for (int i = 0; i < 1_000; i++) {
            yielded += takeAll("a", Limit.perHour(i % 2 == 0 ? 100_000 : 100));
        }

        assertThat(yielded).isZero();
    }

    @Test
    void takesOfAllLimitsOrOfNone() {
        Demand wide = Demand.one("wide", "w", HUNDRED_AN_HOUR);
        Demand narrow = Demand.one("narrow", "n", Limit.perHour(3));

        Verdict first = limiter.takeAll(List.of(wide, narrow));
        limiter.takeAll(List.of(narrow, wide));
        limiter.takeAll(List.of(wide, narrow));
        Verdict refused = limiter.takeAll(List.of(wide, narrow));

        assertThat(first.allowed()).isTrue();
        assertThat(first.demand()).isEqualTo(narrow);
        assertThat(first.remaining()).isEqualTo(2);
        assertThat(refused.allowed()).isFalse();
        assertThat(refused.demand()).isEqualTo(narrow);
        assertThat(limiter.take(wide).remaining()).isEqualTo(96);
    }

    @Test
    void takesAsManyAsThereAre() {
        assertThat(limiter.takeUpTo("a", HUNDRED_AN_HOUR, 70)).isEqualTo(70);
        assertThat(limiter.takeUpTo("a", HUNDRED_AN_HOUR, 70)).isEqualTo(30);
        assertThat(limiter.takeUpTo("a", HUNDRED_AN_HOUR, 70)).isZero();
    }

    @Test
    void forgetsABucketOnlyWhenItIsFullAgain() {
        takeAll("a", HUNDRED_AN_HOUR);

        clock.advance(Duration.ofMinutes(59));

        assertThat(takeAll("a", HUNDRED_AN_HOUR)).isEqualTo(98);
    }

    @Test
    void letsExactlyTheAmountThroughToManyThreads() throws InterruptedException {
        Limit limit = Limit.perHour(10_000);
        AtomicLong allowed = new AtomicLong();

        Threads.run(
                64,
                () -> {
                    for (int i = 0; i < 1_000; i++) {
                        if (limiter.take(Demand.one("p", "a", limit)).allowed()) {
                            allowed.incrementAndGet();
                        }
                    }
                });

        assertThat(allowed).hasValue(10_000);
    }

    @Test
    void letsExactlyTheTighterAmountThroughToManyThreads() throws InterruptedException {
        List<Demand> both =
                List.of(
                        Demand.one("wide", "w", Limit.perHour(20_000)),
                        Demand.one("narrow", "n", Limit.perHour(5_000)));
        AtomicLong allowed = new AtomicLong();

        Threads.run(
                64,
                () -> {
                    for (int i = 0; i < 300; i++) {
                        if (limiter.takeAll(both).allowed()) {
                            allowed.incrementAndGet();
                        }
                    }
                });

        assertThat(allowed).hasValue(5_000);
        assertThat(limiter.take(both.getFirst()).remaining()).isEqualTo(14_999);
    }

    @Property
    void decidesAsATokenBucketDoes(
            @ForAll("limits") Limit limit, @ForAll("steps") @Size(max = 200) List<Step> steps) {
        LocalRateLimiter fresh = new LocalRateLimiter(clock);
        PlainTokenBucket oracle = new PlainTokenBucket(limit, clock.currentTimeNanos());
        for (Step step : steps) {
            clock.advanceNanos(limit.window().toNanos() / 1_000 * step.thousandthsOfTheWindow());
            long tokens = Math.max(1, limit.amount() * step.percentOfTheAmount() / 100);

            Verdict verdict = fresh.take(new Demand("p", "a", limit, tokens));
            boolean expected = oracle.take(tokens, clock.currentTimeNanos());

            assertThat(verdict.allowed()).isEqualTo(expected);
            assertThat(verdict.remaining()).isEqualTo(oracle.available(clock.currentTimeNanos()));
        }
    }

    @Test
    void refusesLimitsThatItCannotHold() {
        assertThatIllegalArgumentException().isThrownBy(() -> Limit.perHour(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limit(1, Duration.ZERO))
                .withMessageContaining("expected: 1 ms to 366 days");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Limit(2_000_000, Duration.ofMillis(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Demand("p", "a", HUNDRED_AN_HOUR, 0));
    }

    record Step(int thousandthsOfTheWindow, int percentOfTheAmount) {}

    @Provide
    Arbitrary<Limit> limits() {
        return Combinators.combine(
                        Arbitraries.longs().between(1, 1_000),
                        Arbitraries.longs().between(1, 3_600_000))
                .as((amount, millis) -> new Limit(amount, Duration.ofMillis(millis)));
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 300),
                        Arbitraries.integers().between(0, 40))
                .as(Step::new)
                .list();
    }

    private int takeAll(String key, Limit limit) {
        int taken = 0;
        while (limiter.take(Demand.one("p", key, limit)).allowed()) {
            taken++;
        }
        return taken;
    }
}
