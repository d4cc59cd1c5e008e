package io.streamgauge.control.cache;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small cache in front of a source that may go away. An entry is fresh for a while and is then
 * loaded again by the one request that first needs it, while others for the same key wait for it.
 * Where loading fails, the old values, of all keys, stay in use and a background thread tries
 * again, once a while: of an outage one request notices the time that the source takes to fail, and
 * the others nothing. A key that was never loaded fails with the source's exception.
 *
 * <p>{@link #clear}, {@link #forget} and {@link #expire} take effect at once: what a load that
 * began before has found is not kept, or, after the last, only for an outage.
 *
 * @param <K> what is asked for
 * @param <V> what is found; not null (use an Optional to remember that there is nothing)
 */
public final class OutageTolerantCache<K, V> {

    private static final Logger LOG = LoggerFactory.getLogger(OutageTolerantCache.class);

    private static final int STRIPES = 64;

    private final String name;
    private final Function<K, V> source;
    private final long freshNanos;
    private final int capacity;
    private final LongSupplier nanoTime;
    private final Executor background;
    private final Map<K, Entry<V>> entries = new ConcurrentHashMap<>();
    private final ReentrantLock[] loading = new ReentrantLock[STRIPES];
    private final ReentrantLock storing = new ReentrantLock();
    private long forgotten; // guarded by storing, as the next: how often that was asked for
    private long expired;
    private volatile boolean sourceAway;

    /**
     * @param checkedAt when the value was loaded, or could not be and stayed
     */
    private record Entry<V>(V value, long checkedAt) {}

    /** What had been asked for when a load began. */
    private record Moment(long forgotten, long expired) {}

    /**
     * @param name for the log and the background threads
     * @param fresh how long a value is used without asking again, and how long an outage lasts
     *     before the source is tried again
     * @param capacity entries at most
     */
    public OutageTolerantCache(String name, Duration fresh, int capacity, Function<K, V> source) {
        this(
                name,
                fresh,
                capacity,
                source,
                System::nanoTime,
                task -> Thread.ofVirtual().name(name + "-refresh").start(task));
    }

    OutageTolerantCache(
            String name,
            Duration fresh,
            int capacity,
            Function<K, V> source,
            LongSupplier nanoTime,
            Executor background) {
        this.name = name;
        this.source = source;
        this.freshNanos = fresh.toNanos();
        this.capacity = capacity;
        this.nanoTime = nanoTime;
        this.background = background;
        for (int i = 0; i < STRIPES; i++) {
            loading[i] = new ReentrantLock();
        }
    }

    /** The value of a key, at most as old as the freshness while the source is there. */
    public V get(K key) {
        Entry<V> entry = entries.get(key);
        if (entry != null && isFresh(entry)) {
            return entry.value();
        }
        if (entry != null && sourceAway) {
            retryInBackground(key);
            return entry.value();
        }
        ReentrantLock lock = lockOf(key);
        lock.lock();
        try {
            Entry<V> loadedMeanwhile = entries.get(key);
            if (loadedMeanwhile != null && isFresh(loadedMeanwhile)) {
                return loadedMeanwhile.value();
            }
            return load(key, loadedMeanwhile);
        } finally {
            lock.unlock();
        }
    }

    /** Forgets everything, also what is being loaded now. */
    public void clear() {
        storing.lock();
        try {
            forgotten++;
            entries.clear();
        } finally {
            storing.unlock();
        }
    }

    /** As {@link #clear}, for one key; the others stay in use where the source is away. */
    public void forget(K key) {
        storing.lock();
        try {
            forgotten++;
            entries.remove(key);
        } finally {
            storing.unlock();
        }
    }

    /** Asks the source again for everything; old values stay for where it is away. */
    public void expire() {
        storing.lock();
        try {
            expired++;
            entries.replaceAll((key, entry) -> stale(entry));
        } finally {
            storing.unlock();
        }
    }

    private V load(K key, @Nullable Entry<V> old) {
        Moment begun = moment();
        V value;
        try {
            value = source.apply(key);
        } catch (RuntimeException e) {
            if (old == null) {
                throw e;
            }
            if (!sourceAway) {
                sourceAway = true;
                LOG.warn("{}: the source is away, old values stay in use", name, e);
            }
            store(key, new Entry<>(old.value(), nanoTime.getAsLong()), begun);
            return old.value();
        }
        if (sourceAway) {
            sourceAway = false;
            LOG.info("{}: the source is there again", name);
        }
        store(key, new Entry<>(value, nanoTime.getAsLong()), begun);
        return value;
    }

    private void retryInBackground(K key) {
        ReentrantLock lock = lockOf(key);
        if (lock.isLocked()) {
            return; // someone is at it
        }
        background.execute(
                () -> {
                    if (!lock.tryLock()) {
                        return;
                    }
                    try {
                        Entry<V> entry = entries.get(key);
                        if (entry != null && !isFresh(entry)) {
                            load(key, entry);
                        }
                    } finally {
                        lock.unlock();
                    }
                });
    }

    private void store(K key, Entry<V> entry, Moment begun) {
        storing.lock();
        try {
            if (forgotten != begun.forgotten()) {
                return;
            }
            if (entries.size() >= capacity && !entries.containsKey(key)) {
                entries.values().removeIf(old -> !isFresh(old));
                if (entries.size() >= capacity) {
                    entries.clear();
                }
            }
            // What was being loaded while all expired may be outdated; for an outage it will do.
            entries.put(key, expired == begun.expired() ? entry : stale(entry));
        } finally {
            storing.unlock();
        }
    }

    private Moment moment() {
        storing.lock();
        try {
            return new Moment(forgotten, expired);
        } finally {
            storing.unlock();
        }
    }

    private Entry<V> stale(Entry<V> entry) {
        return new Entry<>(entry.value(), nanoTime.getAsLong() - freshNanos);
    }

    private boolean isFresh(Entry<V> entry) {
        return nanoTime.getAsLong() - entry.checkedAt() < freshNanos;
    }

    private ReentrantLock lockOf(K key) {
        return loading[Math.floorMod(key.hashCode(), STRIPES)];
    }
}
