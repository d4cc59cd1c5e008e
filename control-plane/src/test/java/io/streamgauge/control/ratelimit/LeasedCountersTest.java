package io.streamgauge.control.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.streamgauge.contracts.TenantId;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LeasedCountersTest {

    private static final TenantId A = new TenantId("a");
    private static final TenantId B = new TenantId("b");

    private final LeasedCounters counters = LeasedCounters.open(Optional.empty());

    @Test
    void countsUpToTheLimitAndDown() {
        boolean first = counters.acquire("connections", A, 2);
        boolean second = counters.acquire("connections", A, 2);
        boolean third = counters.acquire("connections", A, 2);
        counters.release("connections", A);
        boolean afterwards = counters.acquire("connections", A, 2);

        assertThat(first).isTrue();
        assertThat(second).isTrue();
        assertThat(third).isFalse();
        assertThat(afterwards).isTrue();
        assertThat(counters.count("connections", A)).isEqualTo(2);
    }

    @Test
    void countsTenantsAndKindsApart() {
        counters.acquire("connections", A, 1);

        assertThat(counters.acquire("connections", B, 1)).isTrue();
        assertThat(counters.acquire("subscriptions", A, 1)).isTrue();
        assertThat(counters.count("subscriptions", B)).isZero();
    }

    @Test
    void refusesToReleaseWhatWasNotAcquired() {
        assertThatIllegalStateException().isThrownBy(() -> counters.release("connections", A));
    }

    @Test
    void neverHasMoreThanTheLimitHoweverManyThreads() throws InterruptedException {
        AtomicLong most = new AtomicLong();
        AtomicLong now = new AtomicLong();

        Threads.run(
                32,
                () -> {
                    for (int i = 0; i < 1_000; i++) {
                        if (counters.acquire("connections", A, 5)) {
                            most.accumulateAndGet(now.incrementAndGet(), Math::max);
                            now.decrementAndGet();
                            counters.release("connections", A);
                        }
                    }
                });

        assertThat(most.get()).isBetween(1L, 5L);
        assertThat(counters.count("connections", A)).isZero();
    }
}
