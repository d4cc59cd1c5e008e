package io.streamgauge.control.live.resume;

import io.streamgauge.contracts.TenantId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few threads, each with a reader of its own, that bring many replays to the present. Tenants
 * take turns, and none has more than its share of the threads at a time, however many of its
 * clients come back at once. Nothing here touches the thread that delivers live.
 */
public final class ReplayPool implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ReplayPool.class);

    private static final Duration LATER = Duration.ofMillis(20);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final int perTenant;
    private final Supplier<LogReader> readers;
    private final List<Thread> threads = new ArrayList<>();
    private final ScheduledExecutorService timer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition runnable = lock.newCondition();

    /** Whose turn it is: the first with something to do. Guarded by the lock, as the rest. */
    private final LinkedHashMap<TenantId, Deque<Replay>> waiting = new LinkedHashMap<>();

    private final Map<TenantId, Integer> running = new HashMap<>();
    private int unfinished;
    private boolean closed;

    /**
     * Starts the threads; readers are made when first needed.
     *
     * @param size how many threads
     * @param perTenant how many of them may work for one tenant at a time
     */
    public ReplayPool(int size, int perTenant, Supplier<LogReader> readers) {
        this.perTenant = perTenant;
        this.readers = readers;
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("live-replay-timer").daemon().factory());
        for (int i = 0; i < size; i++) {
            threads.add(Thread.ofPlatform().name("live-replay-" + i).daemon().start(this::run));
        }
    }

    /** Takes a replay in; returns at once. */
    public void submit(Replay replay) {
        lock.lock();
        try {
            unfinished++;
            enqueue(replay);
        } finally {
            lock.unlock();
        }
    }

    /** How many replays are not done. */
    public int unfinished() {
        lock.lock();
        try {
            return unfinished;
        } finally {
            lock.unlock();
        }
    }

    /** Stops; what is not done is left. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            runnable.signalAll();
        } finally {
            lock.unlock();
        }
        timer.shutdownNow();
        for (Thread thread : threads) {
            try {
                if (!thread.join(CLOSE_TIMEOUT)) {
                    thread.interrupt();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        LogReader reader = null;
        try {
            for (Replay replay = take(); replay != null; replay = take()) {
                reader = step(replay, reader);
            }
        } catch (InterruptedException e) {
            LOG.debug("live: replay thread stopped", e);
        } finally {
            if (reader != null) {
                reader.close();
            }
        }
    }

    private @Nullable LogReader step(Replay replay, @Nullable LogReader present) {
        LogReader reader = present;
        Duration delay = Duration.ZERO;
        boolean done = false;
        try {
            if (reader == null) {
                reader = readers.get();
            }
            switch (replay.step(reader)) {
                case AGAIN -> {}
                case LATER -> delay = LATER;
                case DONE -> done = true;
            }
        } catch (RuntimeException e) {
            LOG.warn("live: a replay fails, trying again", e);
            delay = AFTER_FAILURE;
        }
        release(replay, done, delay);
        return reader;
    }

    private @Nullable Replay take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed) {
                for (TenantId tenant : waiting.keySet()) {
                    if (running.getOrDefault(tenant, 0) < perTenant) {
                        return takeOf(tenant);
                    }
                }
                runnable.await();
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private Replay takeOf(TenantId tenant) {
        Deque<Replay> own = waiting.remove(tenant);
        if (own == null) {
            throw new IllegalStateException("nothing waits for " + tenant);
        }
        Replay replay = own.removeFirst();
        if (!own.isEmpty()) {
            waiting.put(tenant, own); // behind all the others
        }
        running.merge(tenant, 1, Integer::sum);
        return replay;
    }

    private void release(Replay replay, boolean done, Duration delay) {
        lock.lock();
        try {
            running.computeIfPresent(
                    replay.tenant(), (same, count) -> count == 1 ? null : count - 1);
            runnable.signal();
            if (done) {
                unfinished--;
            } else if (delay.isZero()) {
                enqueue(replay);
            } else if (!closed) {
                Future<?> unused = // what fails there is the pool's end
                        timer.schedule(
                                () -> requeue(replay), delay.toMillis(), TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private void requeue(Replay replay) {
        lock.lock();
        try {
            enqueue(replay);
        } finally {
            lock.unlock();
        }
    }

    private void enqueue(Replay replay) {
        waiting.computeIfAbsent(replay.tenant(), tenant -> new ArrayDeque<>()).addLast(replay);
        runnable.signal();
    }
}
