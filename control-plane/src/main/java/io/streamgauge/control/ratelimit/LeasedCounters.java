package io.streamgauge.control.ratelimit;

import io.lettuce.core.ScriptOutputType;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.redis.SharedStore;
import io.streamgauge.control.redis.SharedStoreException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what tenants have at once, such as connections and subscriptions, over all replicas.
 *
 * <p>Each replica knows its own counts for certain. In Redis a hash for each kind and tenant has
 * one field a replica: its count, and when it last said so. One script sums the fields of the
 * living and writes the own one, so no two replicas take the last place. Each replica repeats its
 * counts every {@link #HEARTBEAT}; one that has not for {@link #DEAD_AFTER} has died, and counts no
 * more.
 *
 * <p>While Redis is away a replica goes by its own counts. When it is back they are told at once;
 * what is then above a limit stays, and nothing is added until it has shrunk.
 */
public final class LeasedCounters implements AutoCloseable {

    static final Duration HEARTBEAT = Duration.ofSeconds(5);
    static final Duration DEAD_AFTER = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(LeasedCounters.class);

    /** What the other living replicas have; forgets the dead. A field: {@code count:millis}. */
    private static final String SUM_OF_OTHERS =
            """
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local fields = redis.call('HGETALL', KEYS[1])
            local sum = 0
            for i = 1, #fields, 2 do
              if fields[i] ~= ARGV[1] then
                local count, seen = string.match(fields[i + 1], '(%d+):(%d+)')
                if now - tonumber(seen) > tonumber(ARGV[2]) then
                  redis.call('HDEL', KEYS[1], fields[i])
                else
                  sum = sum + tonumber(count)
                end
              end
            end
            """;

    /** Arguments: replica, life, own count before, limit. Returns 1 where there was room. */
    private static final String ACQUIRE =
            SUM_OF_OTHERS
                    + """
                    if sum + tonumber(ARGV[3]) >= tonumber(ARGV[4]) then
                      return 0
                    end
                    local field = string.format('%d:%d', ARGV[3] + 1, now)
                    redis.call('HSET', KEYS[1], ARGV[1], field)
                    redis.call('PEXPIRE', KEYS[1], ARGV[2])
                    return 1
                    """;

    /** Arguments: replica, life. Returns what the others have. */
    private static final String COUNT = SUM_OF_OTHERS + "return sum";

    /** Arguments: replica, life, own count. */
    private static final String TELL =
            """
            if ARGV[3] == '0' then
              return redis.call('HDEL', KEYS[1], ARGV[1])
            end
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('HSET', KEYS[1], ARGV[1], string.format('%d:%d', ARGV[3], now))
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])
            """;

    private final Optional<SharedStore> store;
    private final Map<Key, Count> counts = new ConcurrentHashMap<>();
    private final @Nullable Thread heartbeat;

    private record Key(String kind, TenantId tenant) {}

    /** This replica's count of one kind and tenant. */
    private static final class Count {

        private final ReentrantLock lock = new ReentrantLock();
        private long own; // guarded by lock, as the next
        private boolean forgotten; // no longer in the map
    }

    private LeasedCounters(Optional<SharedStore> store) {
        this.store = store;
        heartbeat =
                store.map(it -> Thread.ofVirtual().name("leases").unstarted(this::heartbeatLoop))
                        .orElse(null);
    }

    /**
     * Begins to count.
     *
     * @param store through which replicas count together; none where there is one replica
     */
    public static LeasedCounters open(Optional<SharedStore> store) {
        LeasedCounters counters = new LeasedCounters(store);
        store.ifPresent(shared -> shared.onRecovery(counters::tellAll));
        if (counters.heartbeat != null) {
            counters.heartbeat.start();
        }
        return counters;
    }

    /**
     * Counts one more, where there is room.
     *
     * @param kind a name of lower-case letters
     * @return whether there was; who gets true calls {@link #release} in the end, once
     */
    public boolean acquire(String kind, TenantId tenant, long limit) {
        Key key = new Key(kind, tenant);
        while (true) {
            Count count = counts.computeIfAbsent(key, missing -> new Count());
            count.lock.lock();
            try {
                if (count.forgotten) {
                    continue;
                }
                if (isRoom(key, count.own, limit)) {
                    count.own++;
                    return true;
                }
                forgetIfNone(key, count);
                return false;
            } finally {
                count.lock.unlock();
            }
        }
    }

    /** Counts one less. */
    public void release(String kind, TenantId tenant) {
        Key key = new Key(kind, tenant);
        Count count = counts.get(key);
        if (count == null) {
            throw new IllegalStateException(
                    "%s of tenant %s: released more often than acquired".formatted(kind, tenant));
        }
        count.lock.lock();
        try {
            count.own--;
            tell(key, count.own);
            forgetIfNone(key, count);
        } finally {
            count.lock.unlock();
        }
    }

    /** How many there are, in all replicas while Redis is there. */
    public long count(String kind, TenantId tenant) {
        Key key = new Key(kind, tenant);
        Count count = counts.get(key);
        long own = 0;
        if (count != null) {
            count.lock.lock();
            try {
                own = count.own;
            } finally {
                count.lock.unlock();
            }
        }
        if (store.isEmpty()) {
            return own;
        }
        try {
            return own + run(store.get(), COUNT, key);
        } catch (SharedStoreException e) {
            return own;
        }
    }

    /** Stops telling. What is still counted is forgotten by the others after a while. */
    @Override
    public void close() {
        if (heartbeat != null) {
            heartbeat.interrupt();
        }
    }

    private boolean isRoom(Key key, long own, long limit) {
        if (store.isPresent()) {
            try {
                return run(store.get(), ACQUIRE, key, own, limit) == 1;
            } catch (SharedStoreException e) {
                // by the own count, then
            }
        }
        return own < limit;
    }

    private void forgetIfNone(Key key, Count count) {
        if (count.own == 0) {
            count.forgotten = true;
            counts.remove(key, count);
        }
    }

    /** Without waiting: commands of one replica reach Redis in the order of its counts. */
    private void tell(Key key, long own) {
        store.ifPresent(
                shared ->
                        shared.send(
                                commands ->
                                        commands.<Long>eval(
                                                TELL,
                                                ScriptOutputType.INTEGER,
                                                keys(shared, key),
                                                arguments(shared, own))));
    }

    private void tellAll() {
        counts.forEach(
                (key, count) -> {
                    count.lock.lock();
                    try {
                        if (count.own > 0) {
                            tell(key, count.own);
                        }
                    } finally {
                        count.lock.unlock();
                    }
                });
    }

    private void heartbeatLoop() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                TimeUnit.NANOSECONDS.sleep(HEARTBEAT.toNanos());
                try {
                    tellAll();
                } catch (RuntimeException e) {
                    LOG.error("counts could not be told; the next heartbeat tries again", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long run(SharedStore shared, String script, Key key, long... numbers)
            throws SharedStoreException {
        return shared.await(
                commands ->
                        commands.<Long>eval(
                                script,
                                ScriptOutputType.INTEGER,
                                keys(shared, key),
                                arguments(shared, numbers)));
    }

    private static String[] keys(SharedStore shared, Key key) {
        return new String[] {shared.key("lease:" + key.kind() + ':' + key.tenant().value())};
    }

    private static byte[][] arguments(SharedStore shared, long... numbers) {
        byte[][] arguments = new byte[2 + numbers.length][];
        arguments[0] = shared.replica().getBytes(StandardCharsets.US_ASCII);
        arguments[1] = ascii(DEAD_AFTER.toMillis());
        for (int i = 0; i < numbers.length; i++) {
            arguments[2 + i] = ascii(numbers[i]);
        }
        return arguments;
    }

    private static byte[] ascii(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }
}
