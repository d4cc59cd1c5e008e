package io.streamgauge.control.redis;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.resource.ClientResources;
import io.streamgauge.control.config.RedisConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Redis, as something that may be away. After the first failure no caller waits for it again: the
 * store counts as unavailable and says so at once, while one background thread tries about once a
 * second whether Redis answers, takes writes and can be heard, with new connections where the old
 * ones are gone. An outage therefore costs requests that are under way at its beginning one command
 * timeout, and later ones nothing.
 *
 * <p>Commands run once or not at all; none is repeated after a reconnect.
 */
public final class SharedStore implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SharedStore.class);

    private static final Duration PROBE_EVERY = Duration.ofSeconds(1);
    private static final Duration PROBE_KEY_LIFE = Duration.ofSeconds(10);

    /** A connection that is open and does not answer this often is given up: a dead peer's. */
    private static final int MISSES_BEFORE_NEW_CONNECTIONS = 3;

    private static final int IO_THREADS = 2;
    private static final Duration SHUTDOWN_WITHIN = Duration.ofSeconds(2);

    private final RedisConfig config;
    private final String replica = UUID.randomUUID().toString();
    private final ClientResources resources;
    private final RedisClient client;
    private final Map<String, ChannelListener> channels = new ConcurrentHashMap<>();
    private final List<Runnable> recoveryListeners = new CopyOnWriteArrayList<>();
    private final AtomicLong failures = new AtomicLong();
    private final Semaphore wakeUps = new Semaphore(0);
    private final ReentrantLock probing = new ReentrantLock();
    private final Thread prober;

    private @Nullable RedisSession probed; // guarded by probing
    private int misses; // guarded by probing
    private volatile @Nullable RedisSession session; // null while unavailable
    private volatile long clockOffsetMillis;
    private volatile boolean closed;

    private SharedStore(RedisConfig config) {
        this.config = config;
        resources =
                ClientResources.builder()
                        .ioThreadPoolSize(IO_THREADS)
                        .computationThreadPoolSize(IO_THREADS)
                        .commandLatencyRecorder(CommandLatencyRecorder.disabled())
                        .build();
        client = RedisClient.create(resources, uri(config));
        client.setOptions(options(config));
        client.addListener(new Disconnects());
        prober = Thread.ofPlatform().name("shared-store-probe").daemon().unstarted(this::probeLoop);
    }

    /**
     * Connects where Redis is there now, and goes on trying where it is not.
     *
     * @throws IllegalArgumentException where none is configured
     */
    public static SharedStore open(RedisConfig config) {
        if (!config.isConfigured()) {
            throw new IllegalArgumentException("redis.url: missing (expected: redis://host:port)");
        }
        SharedStore store = new SharedStore(config);
        if (!store.probe()) {
            LOG.warn("{} is away: limits are this process's own until it is there", config.url());
        }
        store.prober.start();
        return store;
    }

    /** Whether commands would be tried now. */
    public boolean isAvailable() {
        return session != null;
    }

    /** How often Redis failed: commands and attempts to reach it. */
    public long failures() {
        return failures.get();
    }

    /** Names this process among those that share the store; new with each start. */
    public String replica() {
        return replica;
    }

    /** A key of this installation. */
    public String key(String name) {
        return config.keyPrefix() + ':' + name;
    }

    /** The clock that all replicas share: Redis', as far as known, else this machine's. */
    public long currentTimeMillis() {
        return System.currentTimeMillis() + clockOffsetMillis;
    }

    /** Runs whenever Redis is back, on the store's own thread. */
    public void onRecovery(Runnable listener) {
        recoveryListeners.add(listener);
    }

    /**
     * The commands.
     *
     * @throws SharedStoreException while Redis is away
     */
    public RedisAsyncCommands<String, byte[]> commands() throws SharedStoreException {
        RedisSession current = session;
        if (current == null) {
            throw new SharedStoreException("Redis is away", null);
        }
        return current.commands().async();
    }

    /**
     * Does something that waits for Redis. Whatever goes wrong there counts as Redis' failure,
     * since no request is worth failing for it.
     *
     * @throws SharedStoreException where Redis is away or fails
     */
    public <T> T call(Supplier<T> work) throws SharedStoreException {
        RedisSession current = session;
        if (current == null) {
            throw new SharedStoreException("Redis is away", null);
        }
        try {
            return work.get();
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) { // then it is the caller who gave up
                failed(current, e);
            }
            throw new SharedStoreException("Redis failed: " + e.getMessage(), e);
        }
    }

    /**
     * Runs a command and waits for its result.
     *
     * @throws SharedStoreException where Redis is away or fails
     */
    public <T> T await(Function<RedisAsyncCommands<String, byte[]>, RedisFuture<T>> command)
            throws SharedStoreException {
        RedisAsyncCommands<String, byte[]> commands = commands();
        return call(
                () ->
                        LettuceFutures.awaitOrCancel(
                                command.apply(commands),
                                config.commandTimeout().toNanos(),
                                TimeUnit.NANOSECONDS));
    }

    /**
     * Sends a command without waiting for it. What comes of it, its timeout too, is in the result;
     * a failure is already taken note of there.
     */
    public <T> CompletionStage<T> send(
            Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
        RedisSession current = session;
        if (current == null) {
            return CompletableFuture.failedFuture(new SharedStoreException("Redis is away", null));
        }
        try {
            return command.apply(current.commands().async())
                    .whenComplete(
                            (result, failure) -> {
                                if (failure != null) {
                                    failed(current, failure);
                                }
                            });
        } catch (RuntimeException e) {
            failed(current, e);
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Listens to a channel of this installation, from now on and after each reconnect. */
    void listen(String channel, ChannelListener listener) {
        probing.lock(); // so that no session begins without it
        try {
            channels.put(channel, listener);
            if (probed != null) {
                probed.listen(channel);
            }
        } catch (RedisException e) {
            drop(); // the next session begins with it
            failed(session, e);
        } finally {
            probing.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        wakeUps.release();
        session = null;
        probing.lock();
        try {
            drop();
        } finally {
            probing.unlock();
        }
        client.shutdown(Duration.ZERO, SHUTDOWN_WITHIN);
        resources
                .shutdown(0, SHUTDOWN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(SHUTDOWN_WITHIN.toMillis());
    }

    private void probeLoop() {
        while (!closed) {
            try {
                if (wakeUps.tryAcquire(PROBE_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    wakeUps.drainPermits();
                }
                if (!closed) {
                    probe();
                }
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("the probe of {} failed; it goes on", config.url(), e);
            }
        }
    }

    /** Finds out whether Redis is there, and makes it available if it is. */
    private boolean probe() {
        probing.lock();
        try {
            RedisSession checked = probed;
            if (checked == null || !checked.isOpen()) {
                drop();
                checked = RedisSession.connect(client, config.commandTimeout(), channels);
                probed = checked;
            }
            long before = System.currentTimeMillis();
            long shared = checked.check(key("probe:" + replica), PROBE_KEY_LIFE);
            clockOffsetMillis = shared - (before + System.currentTimeMillis()) / 2;
            misses = 0;
            if (!closed && session != checked) {
                session = checked;
                LOG.info("{} is there: replicas share their limits", config.url());
                recovered();
            }
            return true;
        } catch (RedisException e) {
            if (++misses >= MISSES_BEFORE_NEW_CONNECTIONS) {
                drop();
            }
            failed(session, e);
            return false;
        } finally {
            probing.unlock();
        }
    }

    private void recovered() {
        for (Runnable listener : recoveryListeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                LOG.error("a listener to the recovery of {} failed", config.url(), e);
            }
        }
    }

    private void drop() {
        if (probed != null) {
            probed.close();
            probed = null;
        }
        misses = 0;
    }

    private void failed(@Nullable RedisSession failing, Throwable failure) {
        failures.incrementAndGet();
        if (failing == null || session != failing || closed) {
            return; // known already
        }
        session = null;
        LOG.warn(
                "{} is away: limits are this process's own until it is back: {}",
                config.url(),
                failure.toString());
    }

    private static RedisURI uri(RedisConfig config) {
        RedisURI uri = RedisURI.create(config.url());
        // Of the handshake; commands get their own.
        uri.setTimeout(config.connectTimeout());
        if (!config.username().isEmpty()) {
            uri.setAuthentication(config.username(), config.password().toCharArray());
        } else if (!config.password().isEmpty()) {
            uri.setAuthentication(config.password().toCharArray());
        }
        return uri;
    }

    private static ClientOptions options(RedisConfig config) {
        return ClientOptions.builder()
                .autoReconnect(false)
                .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .timeoutOptions(TimeoutOptions.enabled(config.commandTimeout()))
                .socketOptions(
                        SocketOptions.builder()
                                .connectTimeout(config.connectTimeout())
                                .keepAlive(true)
                                .build())
                .build();
    }

    /** Notices the end of a connection without having to wait for a command's failure. */
    private final class Disconnects implements RedisConnectionStateListener {

        @Override
        public void onRedisDisconnected(RedisChannelHandler<?, ?> connection) {
            RedisSession current = session;
            if (current != null && current.uses(connection)) {
                failed(current, new RedisException("the connection has ended"));
                wakeUps.release();
            }
        }
    }
}
