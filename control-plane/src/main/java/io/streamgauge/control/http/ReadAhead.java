package io.streamgauge.control.http;

import io.helidon.webserver.CloseConnectionException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds out that a client has gone while nobody reads from it. A socket cannot be asked whether its
 * other end is there, but by a read. So one is made ahead of time, on a thread of its own: the end
 * of the connection is reported, and anything else is the begin of the next request and is kept,
 * for the server to read next. A read that is still under way then is the server's own.
 *
 * <p>A client that ends only its sending side counts as gone, as it does for other proxies.
 */
final class ReadAhead {

    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Reading reading; // guarded by lock

    /**
     * Begins to read, if that has not begun.
     *
     * @param gone run at most once, on another thread, where the client goes
     */
    void begin(Supplier<byte @Nullable []> source, Runnable gone) {
        lock.lock();
        try {
            Reading present = reading;
            if (present == null) {
                present = new Reading(source);
                reading = present;
                present.gone = gone;
                Thread.ofVirtual().name("http-read-ahead").start(present);
            } else {
                present.gone = gone;
                present.tellIfGone();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody wants to know any more; not told after this returns. */
    void forget() {
        lock.lock();
        try {
            if (reading != null) {
                reading.gone = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** What the server reads next; null at the end. */
    byte @Nullable [] next(Supplier<byte @Nullable []> source) {
        Reading present = present();
        if (present == null) {
            return source.get();
        }
        byte[] bytes = present.await();
        done();
        return bytes;
    }

    /**
     * Throws away what comes, where it comes in time.
     *
     * @return false where the read goes on, so that nobody else can read
     */
    boolean skip(Duration limit) {
        Reading present = present();
        if (present == null) {
            return true;
        }
        try {
            present.result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            done();
            return true;
        } catch (ExecutionException failed) {
            done();
            return true; // the next read will tell
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private @Nullable Reading present() {
        lock.lock();
        try {
            return reading;
        } finally {
            lock.unlock();
        }
    }

    private void done() {
        lock.lock();
        try {
            reading = null;
        } finally {
            lock.unlock();
        }
    }

    /** One read, and who wants to know where it finds the end. */
    private final class Reading implements Runnable {

        private final Supplier<byte @Nullable []> source;
        private final CompletableFuture<Optional<byte[]>> result = new CompletableFuture<>();
        private @Nullable Runnable gone; // guarded by lock

        private Reading(Supplier<byte @Nullable []> source) {
            this.source = source;
        }

        @Override
        public void run() {
            try {
                result.complete(Optional.ofNullable(source.get()));
            } catch (RuntimeException e) {
                result.completeExceptionally(e);
            }
            lock.lock();
            try {
                tellIfGone();
            } finally {
                lock.unlock();
            }
        }

        private void tellIfGone() {
            Runnable told = gone;
            boolean ended =
                    result.isDone()
                            && (result.isCompletedExceptionally() || result.join().isEmpty());
            if (told != null && ended) {
                gone = null;
                told.run();
            }
        }

        private byte @Nullable [] await() {
            try {
                return result.get().orElse(null);
            } catch (ExecutionException e) {
                throw new CloseConnectionException("the client cannot be read from", e);
            } catch (InterruptedException e) {
                // As it would have interrupted a read of its own.
                Thread.currentThread().interrupt();
                throw new CloseConnectionException("interrupted while waiting for a client", e);
            }
        }
    }
}
