package io.streamgauge.control.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The two connections to Redis, one for commands and one that listens. They live and end together:
 * a session is never mended, but replaced. So no command is repeated behind our back, which would
 * count something twice.
 */
final class RedisSession implements AutoCloseable {

    private static final RedisCodec<String, byte[]> COMMANDS =
            RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

    private final StatefulRedisConnection<String, byte[]> commands;
    private final StatefulRedisPubSubConnection<String, String> messages;

    private RedisSession(
            StatefulRedisConnection<String, byte[]> commands,
            StatefulRedisPubSubConnection<String, String> messages) {
        this.commands = commands;
        this.messages = messages;
    }

    /**
     * Connects, and listens to the channels.
     *
     * @throws RedisException where Redis is not there, or refuses
     */
    static RedisSession connect(
            RedisClient client, Duration commandTimeout, Map<String, ChannelListener> channels) {
        StatefulRedisConnection<String, byte[]> commands = client.connect(COMMANDS);
        StatefulRedisPubSubConnection<String, String> messages;
        try {
            messages = client.connectPubSub();
        } catch (RuntimeException e) {
            commands.close();
            throw e;
        }
        RedisSession session = new RedisSession(commands, messages);
        try {
            commands.setTimeout(commandTimeout);
            messages.setTimeout(commandTimeout);
            messages.addListener(new Dispatch(channels));
            if (!channels.isEmpty()) {
                session.listen(channels.keySet().toArray(String[]::new));
            }
            return session;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    StatefulRedisConnection<String, byte[]> commands() {
        return commands;
    }

    /** Listens to further channels. */
    void listen(String... channels) {
        messages.sync().subscribe(channels);
    }

    /** Whether a connection is one of the two. */
    boolean uses(RedisChannelHandler<?, ?> connection) {
        return connection == commands || connection == messages;
    }

    boolean isOpen() {
        return commands.isOpen() && messages.isOpen();
    }

    /**
     * Makes sure that both connections work and that Redis takes writes.
     *
     * @param key of a value that is written for this
     * @return Redis' clock, milliseconds since the epoch
     * @throws RedisException where anything is wrong
     */
    long check(String key, Duration keep) {
        messages.sync().ping();
        commands.sync().set(key, new byte[0], SetArgs.Builder.px(keep.toMillis()));
        List<byte[]> time = commands.sync().time();
        return number(time.get(0)) * 1_000 + number(time.get(1)) / 1_000;
    }

    @Override
    public void close() {
        try {
            messages.close();
        } finally {
            commands.close();
        }
    }

    private static long number(byte[] ascii) {
        return Long.parseLong(StringCodec.ASCII.decodeValue(ByteBuffer.wrap(ascii)));
    }

    /** Leads messages, and the news that a channel is heard, to the channel's listener. */
    private static final class Dispatch extends RedisPubSubAdapter<String, String> {

        private final Map<String, ChannelListener> listeners;

        Dispatch(Map<String, ChannelListener> listeners) {
            this.listeners = listeners;
        }

        @Override
        public void message(String channel, String message) {
            ChannelListener listener = listeners.get(channel);
            if (listener != null) {
                listener.message(message);
            }
        }

        @Override
        public void subscribed(String channel, long count) {
            ChannelListener listener = listeners.get(channel);
            if (listener != null) {
                listener.gap();
            }
        }
    }
}
