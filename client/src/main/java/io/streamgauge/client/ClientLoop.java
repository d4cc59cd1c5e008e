package io.streamgauge.client;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's one thread, which does not keep the JVM alive. What a task throws goes to the thread's
 * handler of uncaught exceptions, and ends neither the thread nor the tasks that come again.
 */
final class ClientLoop implements Executor {

    private final ScheduledExecutorService thread;
    private volatile @Nullable Thread own;

    ClientLoop(String name) {
        thread =
                Executors.newSingleThreadScheduledExecutor(
                        task -> {
                            Thread created =
                                    Thread.ofPlatform().name(name).daemon().unstarted(task);
                            own = created;
                            return created;
                        });
    }

    /** Whether the caller is on this thread, and so cannot wait for it. */
    boolean isCurrent() {
        return Thread.currentThread() == own;
    }

    /**
     * @throws RejectedExecutionException where it has ended
     */
    @Override
    public void execute(Runnable task) {
        thread.execute(guarded(task));
    }

    /** The same; false where it has ended. */
    boolean offer(Runnable task) {
        try {
            execute(task);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    Future<?> schedule(Duration wait, Runnable task) {
        return thread.schedule(guarded(task), wait.toMillis(), TimeUnit.MILLISECONDS);
    }

    void repeat(Duration interval, Runnable task) {
        long millis = interval.toMillis();
        Future<?> unused = // ends with the thread
                thread.scheduleWithFixedDelay(guarded(task), millis, millis, TimeUnit.MILLISECONDS);
    }

    /** Lets nothing begin any more. */
    void end() {
        thread.shutdownNow();
    }

    /** Waits until what is under way is done; false where it takes longer. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return thread.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Calls somebody else's code, whatever it throws. */
    static void tell(Runnable call) {
        guarded(call).run();
    }

    private static Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                Thread current = Thread.currentThread();
                current.getUncaughtExceptionHandler().uncaughtException(current, e);
            }
        };
    }
}
