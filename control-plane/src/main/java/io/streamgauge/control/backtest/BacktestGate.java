package io.streamgauge.control.backtest;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.problem.RateLimited;
import io.streamgauge.control.problem.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Lets one backtest of a tenant run at a time, and a few in all, on threads of their own: a
 * backtest computes without a pause, and would keep the requests' virtual threads from theirs.
 */
public final class BacktestGate implements AutoCloseable {

    private static final int MOST_AT_A_TIME = 2;
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Set<TenantId> running = ConcurrentHashMap.newKeySet();
    private final Semaphore slots = new Semaphore(MOST_AT_A_TIME);
    private final ExecutorService threads =
            Executors.newFixedThreadPool(
                    MOST_AT_A_TIME,
                    Thread.ofPlatform()
                            .name("backtest-", 0)
                            .daemon()
                            .priority(Thread.MIN_PRIORITY)
                            .factory());

    /**
     * Runs a backtest, and waits for it.
     *
     * @throws RateLimited where the tenant has one running, or there are too many
     */
    <T> T run(TenantId tenant, Callable<T> work) {
        if (!running.add(tenant)) {
            throw refused("tenant-backtests", "one of this tenant's is running");
        }
        try {
            if (!slots.tryAcquire()) {
                throw refused("backtests", "%d are running".formatted(MOST_AT_A_TIME));
            }
            try {
                return threads.submit(work).get();
            } finally {
                slots.release();
            }
        } catch (ExecutionException e) {
            throw unwrapped(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Unavailable("backtest: the server stops", RETRY_AFTER, e);
        } finally {
            running.remove(tenant);
        }
    }

    /** Ends what runs. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static RateLimited refused(String policy, String reason) {
        return new RateLimited(
                "backtest: %s (expected: wait for its end)".formatted(reason),
                List.of(policy),
                RETRY_AFTER,
                Map.of());
    }

    private static RuntimeException unwrapped(ExecutionException failure) {
        return failure.getCause() instanceof RuntimeException cause
                ? cause
                : new IllegalStateException("a backtest failed", failure);
    }
}
