package io.streamgauge.control.backtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.problem.NotFound;
import io.streamgauge.control.problem.RateLimited;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BacktestGateTest {

    private final TenantId one = new TenantId("one");
    private final TenantId two = new TenantId("two");
    private final TenantId three = new TenantId("three");

    @Test
    void letsOneOfATenantRunAndTwoInAll() throws Exception {
        CountDownLatch running = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        try (BacktestGate gate = new BacktestGate();
                ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<?> first = requests.submit(() -> gate.run(one, () -> waiting(running, end)));
            Future<?> second = requests.submit(() -> gate.run(two, () -> waiting(running, end)));
            running.await();

            assertThatThrownBy(() -> gate.run(one, () -> 1))
                    .isInstanceOfSatisfying(
                            RateLimited.class,
                            e ->
                                    assertThat(e.violatedPolicies())
                                            .containsExactly("tenant-backtests"));
            assertThatThrownBy(() -> gate.run(three, () -> 1))
                    .isInstanceOfSatisfying(
                            RateLimited.class,
                            e -> assertThat(e.violatedPolicies()).containsExactly("backtests"));

            end.countDown();
            first.get();
            second.get();
            assertThat(gate.run(one, () -> 7)).isEqualTo(7);
            assertThat(gate.run(three, () -> 8)).isEqualTo(8);
        }
    }

    @Test
    void givesFailuresOnAndGoesOn() {
        try (BacktestGate gate = new BacktestGate()) {
            assertThatThrownBy(
                            () ->
                                    gate.run(
                                            one,
                                            () -> {
                                                throw new NotFound("stream");
                                            }))
                    .isInstanceOf(NotFound.class);
            assertThat(gate.run(one, () -> 7)).isEqualTo(7);
        }
    }

    private static boolean waiting(CountDownLatch running, CountDownLatch end)
            throws InterruptedException {
        running.countDown();
        end.await();
        return true;
    }
}
