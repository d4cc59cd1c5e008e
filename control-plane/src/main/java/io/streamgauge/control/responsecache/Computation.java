package io.streamgauge.control.responsecache;

import io.helidon.http.Header;
import io.helidon.http.Headers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A response being made. Whoever was told to make it ends it with {@link #complete} or {@link
 * #abandon}, whatever happens: others may be waiting. The first of the two counts.
 */
public final class Computation {

    /** The stamp of what must not be kept: no tenant has it. */
    static final long NEVER = -1;

    private final ResponseCache cache;
    private final ResponseKey key;
    private final long stamp;
    private final CacheStatus.Forwarded reason;
    private final CompletableFuture<Optional<StoredResponse>> outcome = new CompletableFuture<>();

    /**
     * @param stamp the tenant's when this began, or {@link #NEVER}
     */
    Computation(ResponseCache cache, ResponseKey key, long stamp, CacheStatus.Forwarded reason) {
        this.cache = cache;
        this.key = key;
        this.stamp = stamp;
        this.reason = reason;
    }

    /**
     * Ends with a response of status 200, which those who wait get, and which is kept unless it is
     * too large or the tenant's data has changed since this began.
     */
    public Made complete(Headers headers, byte[] body, Duration lifetime) {
        StoredResponse response =
                StoredResponse.of(headers, body, cache.nanoTime(), lifetime, stamp);
        boolean kept = cache.keep(key, response);
        boolean unused = end(Optional.of(response));
        return new Made(response, reason.status(kept));
    }

    /** Ends without a response that others could have: they make their own. */
    public void abandon() {
        boolean unused = end(Optional.empty());
    }

    /** As {@link #abandon}, where it is likely that others would wait in vain for a while. */
    void refuse() {
        if (end(Optional.empty())) {
            cache.refused(key);
        }
    }

    ResponseKey key() {
        return key;
    }

    long stamp() {
        return stamp;
    }

    boolean hasEnded() {
        return outcome.isDone();
    }

    CacheStatus.Forwarded reason() {
        return reason;
    }

    /**
     * Waits for the end.
     *
     * @return empty where it was abandoned, or takes longer than one likes to wait
     */
    Optional<StoredResponse> await(Duration patience) {
        try {
            return outcome.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("nothing completes it exceptionally", e);
        }
    }

    private boolean end(Optional<StoredResponse> result) {
        cache.ended(this); // first: who comes now must not find it and be too late
        return outcome.complete(result);
    }

    /**
     * What became of it.
     *
     * @param status the {@code Cache-Status} of the response
     */
    public record Made(StoredResponse response, Header status) {}
}
