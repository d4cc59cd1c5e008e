package io.streamgauge.control.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the checks, all at once and each with a time limit. An answer serves for a second: the path
 * is open to everyone, and asking often must cost nothing.
 */
public final class Readiness implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration FRESH = Duration.ofSeconds(1);

    private final List<ReadinessCheck> checks;
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("readiness-", 0).factory());
    private final ReentrantLock lock = new ReentrantLock();
    private Map<String, Optional<String>> last = Map.of(); // guarded by lock
    private long lastAt; // guarded by lock

    public Readiness(List<ReadinessCheck> checks) {
        this.checks = List.copyOf(checks);
    }

    /** What each check found: a problem, or nothing. In the order of the checks. */
    public Map<String, Optional<String>> problems() {
        lock.lock();
        try {
            if (last.isEmpty() || System.nanoTime() - lastAt > FRESH.toNanos()) {
                last = look();
                lastAt = System.nanoTime();
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private Map<String, Optional<String>> look() {
        List<Future<Optional<String>>> answers = new ArrayList<>();
        for (ReadinessCheck check : checks) {
            answers.add(threads.submit(() -> check.probe().problem()));
        }
        long deadline = System.nanoTime() + LIMIT.toNanos();
        Map<String, Optional<String>> found = new LinkedHashMap<>();
        for (int i = 0; i < checks.size(); i++) {
            found.put(checks.get(i).name(), answer(checks.get(i), answers.get(i), deadline));
        }
        return found;
    }

    private static Optional<String> answer(
            ReadinessCheck check, Future<Optional<String>> answer, long deadline) {
        try {
            return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            return Optional.of("no answer within %d s".formatted(LIMIT.toSeconds()));
        } catch (ExecutionException e) {
            // Everyone may ask: the cause, which can name hosts and users, goes to the log only.
            LOG.debug("readiness of {}", check.name(), e.getCause());
            return Optional.of("not reachable");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted");
        }
    }
}
