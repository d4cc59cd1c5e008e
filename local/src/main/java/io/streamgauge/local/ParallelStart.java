package io.streamgauge.local;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Consumer;

/** Starts parts at once, each on a thread of its own, and waits for all of them. */
final class ParallelStart {

    private final StartedParts parts;
    private final Consumer<String> progress;
    private final List<Starting<?>> starting = new ArrayList<>();

    ParallelStart(StartedParts parts, Consumer<String> progress) {
        this.parts = parts;
        this.progress = progress;
    }

    /** A part on its way. */
    record Starting<T extends AutoCloseable>(String name, FutureTask<T> task) {

        /**
         * The part, once it has started.
         *
         * @throws IOException where it has not
         */
        T part() throws IOException {
            try {
                return task.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof IOException cause) {
                    throw cause;
                }
                throw new IOException(name + " did not start: " + e.getCause(), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException(name + ": interrupted while it started");
            }
        }
    }

    /** Begins to start a part. */
    <T extends AutoCloseable> Starting<T> start(String name, Callable<T> work) {
        Starting<T> begun = new Starting<>(name, new FutureTask<>(work));
        Thread.ofPlatform().name("start " + name).start(begun.task());
        starting.add(begun);
        return begun;
    }

    /**
     * Waits until each part has started or failed to, and adds those that started, in the order in
     * which they were begun.
     *
     * @throws IOException what the first that failed threw
     */
    void await() throws IOException {
        IOException failure = null;
        for (Starting<?> each : starting) {
            try {
                parts.add(each.name(), each.part());
                progress.accept(each.name());
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
