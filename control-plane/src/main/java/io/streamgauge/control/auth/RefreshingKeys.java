package io.streamgauge.control.auth;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.SecurityContext;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider's keys, fetched when first needed and again while they are used.
 *
 * <p><b>Age.</b> After four fifths of their lifetime keys are fetched again in the background; once
 * it is over, the request that finds it so waits for the fetch. A key that the provider withdraws
 * is believed for a lifetime more at most.
 *
 * <p><b>Rotation.</b> A token of an unknown key makes one fetch at once, however many such tokens
 * there are; unknown keys make one fetch in {@link #UNKNOWN_KEY_INTERVAL}, however many there are.
 *
 * <p><b>Outage.</b> Where the provider cannot be asked, the old keys stay in use for {@link
 * #OUTAGE}, and one attempt in {@link #RETRY} goes on in the background. Where there are no keys,
 * no token can be judged; nor can a token of an unknown key while the provider is away. Both fail
 * with {@link KeySourceException}.
 *
 * <p>At most one fetch is under way at a time, in a thread of its own, and nobody waits for it for
 * longer than {@link #PATIENCE}. Shared by all threads.
 */
final class RefreshingKeys implements JWKSource<SecurityContext> {

    static final Duration UNKNOWN_KEY_INTERVAL = Duration.ofSeconds(5);
    static final Duration OUTAGE = Duration.ofHours(4);
    static final Duration RETRY = Duration.ofSeconds(5);

    /** As {@link #RETRY}, while there are no keys at all. */
    static final Duration FIRST_RETRY = Duration.ofSeconds(1);

    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(RefreshingKeys.class);

    private final KeyFetcher provider;
    private final Duration lifetime;
    private final LongSupplier nanoTime;
    private final Executor background;

    private final ReentrantLock lock = new ReentrantLock();
    private volatile State state; // written under the lock
    private @Nullable CompletableFuture<Keys> underWay; // guarded by the lock
    private long unknownKeysFrom; // guarded by the lock

    /**
     * @param attempt the number of the fetch that brought them
     */
    private record Keys(JWKSet set, long fetchedAt, long attempt) {}

    /**
     * @param keys that were fetched last; null where there were never any
     * @param checkedAt when the last attempt to fetch them ended
     * @param attempt its number
     * @param failure why it failed; null where it did not
     */
    private record State(
            @Nullable Keys keys, long checkedAt, long attempt, @Nullable Exception failure) {

        boolean isFailing() {
            return failure != null;
        }
    }

    /**
     * @param lifetime how long keys are believed without asking again
     */
    RefreshingKeys(KeyFetcher provider, Duration lifetime) {
        this(
                provider,
                lifetime,
                System::nanoTime,
                task -> Thread.ofVirtual().name("token-keys").start(task));
    }

    RefreshingKeys(
            KeyFetcher provider, Duration lifetime, LongSupplier nanoTime, Executor background) {
        this.provider = provider;
        this.lifetime = lifetime;
        this.nanoTime = nanoTime;
        this.background = background;
        state = new State(null, nanoTime.getAsLong(), 0, null);
        unknownKeysFrom = nanoTime.getAsLong();
    }

    @Override
    public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context)
            throws KeySourceException {
        Keys keys = current();
        List<JWK> matches = selector.select(keys.set());
        return matches.isEmpty() ? selector.select(newerThan(keys).set()) : matches;
    }

    private Keys current() throws KeySourceException {
        State seen = state;
        Keys keys = seen.keys();
        if (keys == null || isPast(keys.fetchedAt(), OUTAGE)) {
            if (seen.failure() != null && !isPast(seen.checkedAt(), FIRST_RETRY)) {
                throw unavailable(seen.failure());
            }
            return await(fetch(seen));
        }
        Duration rest = seen.isFailing() ? RETRY : lifetime.multipliedBy(4).dividedBy(5);
        if (!isPast(seen.checkedAt(), rest)) {
            return keys;
        }
        CompletableFuture<Keys> fetching = fetch(seen);
        if (!isPast(seen.checkedAt(), lifetime)) {
            return keys;
        }
        try {
            return await(fetching);
        } catch (KeySourceException e) {
            return keys; // and the failure is logged
        }
    }

    /** What the provider has now; the same keys where it was asked a moment ago. */
    private Keys newerThan(Keys known) throws KeySourceException {
        CompletableFuture<Keys> fetching;
        lock.lock();
        try {
            State now = state;
            if (now.keys() != null && now.keys().attempt() != known.attempt()) {
                return now.keys(); // fetched meanwhile
            }
            if (now.failure() != null && !isPast(now.checkedAt(), RETRY)) {
                throw unavailable(now.failure());
            }
            if (underWay == null) {
                if (nanoTime.getAsLong() - unknownKeysFrom < 0) {
                    return known;
                }
                unknownKeysFrom = nanoTime.getAsLong() + UNKNOWN_KEY_INTERVAL.toNanos();
            }
            fetching = fetch(now);
        } finally {
            lock.unlock();
        }
        return await(fetching);
    }

    /** The fetch that is under way, or a new one, unless another one has ended since. */
    private CompletableFuture<Keys> fetch(State seen) {
        CompletableFuture<Keys> started = new CompletableFuture<>();
        lock.lock();
        try {
            if (underWay != null) {
                return underWay;
            }
            State now = state;
            if (now.attempt() != seen.attempt()) {
                return now.failure() == null
                        ? CompletableFuture.completedFuture(now.keys())
                        : CompletableFuture.failedFuture(now.failure());
            }
            underWay = started;
        } finally {
            lock.unlock();
        }
        background.execute(() -> run(started));
        return started;
    }

    private void run(CompletableFuture<Keys> fetching) {
        long attempt = state.attempt() + 1;
        JWKSet set;
        try {
            set = provider.fetch();
        } catch (IOException | RuntimeException e) {
            end(new State(state.keys(), nanoTime.getAsLong(), attempt, e));
            fetching.completeExceptionally(e);
            return;
        }
        Keys keys = new Keys(set, nanoTime.getAsLong(), attempt);
        end(new State(keys, keys.fetchedAt(), attempt, null));
        fetching.complete(keys);
    }

    private void end(State next) {
        State previous = state;
        lock.lock();
        try {
            state = next;
            underWay = null;
        } finally {
            lock.unlock();
        }
        if (next.isFailing() && !previous.isFailing()) {
            LOG.warn(
                    "keys of tokens: cannot be had, {}",
                    next.keys() == null ? "no token can be believed" : "the old ones stay in use",
                    next.failure());
        }
        if (next.keys() != null && !next.isFailing() && isOther(previous, next.keys())) {
            LOG.info("keys of tokens: {}", ids(next.keys()));
        }
    }

    private static boolean isOther(State previous, Keys keys) {
        return previous.isFailing()
                || previous.keys() == null
                || !ids(previous.keys()).equals(ids(keys));
    }

    private static List<String> ids(Keys keys) {
        return keys.set().getKeys().stream()
                .map(key -> key.getKeyID() == null ? "(without id)" : key.getKeyID())
                .toList();
    }

    private static Keys await(CompletableFuture<Keys> fetching) throws KeySourceException {
        try {
            return fetching.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw unavailable(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(e);
        }
    }

    private static KeySourceException unavailable(Exception cause) {
        return new KeySourceException("the keys of tokens cannot be had", cause);
    }

    private boolean isPast(long since, Duration time) {
        return nanoTime.getAsLong() - since >= time.toNanos();
    }
}
