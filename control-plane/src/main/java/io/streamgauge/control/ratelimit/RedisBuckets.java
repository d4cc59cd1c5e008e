package io.streamgauge.control.ratelimit;

import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.BucketState;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.TokensInheritanceStrategy;
import io.github.bucket4j.VerboseResult;
import io.github.bucket4j.distributed.BucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.ProxyManager;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.github.bucket4j.redis.lettuce.RedisApi;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.streamgauge.control.redis.SharedStore;
import io.streamgauge.control.redis.SharedStoreException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Bucket4j's buckets in Redis. Each operation reads the bucket, changes it here and writes it back
 * if nobody else has written meanwhile, so it costs two round trips, and more where replicas
 * compete. Buckets refill by Redis' clock, so replicas whose clocks differ do not refill each
 * other's; they vanish from Redis a while after they are full again.
 */
final class RedisBuckets implements SharedBuckets {

    private static final Duration KEPT_AFTER_FULL = Duration.ofSeconds(10);

    private final SharedStore store;
    private final ProxyManager<String> buckets;
    private final AtomicLong roundTrips = new AtomicLong();

    RedisBuckets(SharedStore store, Duration timeout) {
        this.store = store;
        buckets =
                new Bucket4jLettuce.LettuceBasedProxyManagerBuilder<>(
                                new Commands<>(this::commands))
                        .clientClock(new SharedClock(store))
                        .requestTimeout(timeout)
                        .expirationAfterWrite(
                                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(
                                        KEPT_AFTER_FULL))
                        .build();
    }

    /** How often Redis was asked. */
    long roundTrips() {
        return roundTrips.get();
    }

    @Override
    public Draw draw(String key, Limit limit, long tokens) throws SharedStoreException {
        BucketConfiguration configuration = limit.toConfiguration();
        return store.call(
                () -> {
                    BucketProxy bucket = bucket(key, configuration);
                    VerboseResult<Long> result =
                            bucket.asVerbose().tryConsumeAsMuchAsPossible(tokens);
                    if (!result.getConfiguration().equals(configuration)) {
                        // What was taken before is kept: the old limit allowed it.
                        bucket.replaceConfiguration(
                                configuration, TokensInheritanceStrategy.PROPORTIONALLY);
                        long before = result.getValue();
                        result = bucket.asVerbose().tryConsumeAsMuchAsPossible(tokens);
                        return draw(result, before + result.getValue());
                    }
                    return draw(result, result.getValue());
                });
    }

    @Override
    public void putBack(String key, Limit limit, long tokens) throws SharedStoreException {
        BucketConfiguration configuration = limit.toConfiguration();
        store.call(
                () -> {
                    bucket(key, configuration).addTokens(tokens);
                    return tokens;
                });
    }

    private BucketProxy bucket(String key, BucketConfiguration configuration) {
        return buckets.getProxy(store.key("limit:" + key), () -> configuration);
    }

    private static Draw draw(VerboseResult<Long> result, long taken) {
        BucketState state = result.getState();
        long available = Math.max(0, state.getAvailableTokens());
        return new Draw(
                taken,
                available,
                state.calculateDelayNanosAfterWillBePossibleToConsume(
                        available + 1, result.getOperationTimeNanos(), false));
    }

    /** Redis' clock, in the resolution that {@link SharedStore} knows it. */
    private record SharedClock(SharedStore store) implements TimeMeter {

        @Override
        public long currentTimeNanos() {
            return TimeUnit.MILLISECONDS.toNanos(store.currentTimeMillis());
        }

        @Override
        public boolean isWallClockBased() {
            return true;
        }
    }

    private RedisAsyncCommands<String, byte[]> commands() {
        roundTrips.incrementAndGet();
        try {
            return store.commands();
        } catch (SharedStoreException e) {
            throw new RedisException(e);
        }
    }

    /**
     * Leads Bucket4j to the connection of the moment.
     *
     * @param <K> of keys; a parameter since Bucket4j passes them in an array of objects
     */
    private record Commands<K>(Supplier<RedisAsyncCommands<K, byte[]>> current)
            implements RedisApi<K> {

        @Override
        public <V> RedisFuture<V> eval(
                String script, ScriptOutputType type, K[] keys, byte[][] arguments) {
            return current.get().eval(script, type, keys, arguments);
        }

        @Override
        public RedisFuture<byte[]> get(K key) {
            return current.get().get(key);
        }

        @Override
        @SuppressWarnings("unchecked") // an array of one key, which nobody keeps
        public RedisFuture<?> delete(K key) {
            return current.get().del(key);
        }
    }
}
