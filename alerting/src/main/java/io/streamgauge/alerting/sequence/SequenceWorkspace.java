package io.streamgauge.alerting.sequence;

import java.time.Duration;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.VoidSerializer;
import org.apache.flink.cep.configuration.SharedBufferCacheConfig;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBuffer;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferAccessor;
import org.jspecify.annotations.Nullable;

/**
 * Flink's buffer of events, shared by all matchers of a thread. It is shared because each one has
 * two caches, and starts a thread for their statistics, which is stopped here at once; neither is
 * to be paid for every sequence. The caches know no keys: an accessor lives for one call about one
 * key and writes back all that it has read.
 *
 * <p>There are two, since emptying a cache costs in proportion to the most that it ever held: one
 * key with a thousand partial matches would make every event of all others six times as dear.
 *
 * <p>Not for several threads at once.
 *
 * @param <T> type of the events
 */
public final class SequenceWorkspace<T> {

    private static final int FEW_NODES = 32;
    private static final int FEW_SLOTS = 64;
    private static final int MANY_SLOTS = 1024; // as in flink-cep; more spill into the key

    private final MemoryStateStore<T> store = new MemoryStateStore<>();
    private final SharedBuffer<BufferedEvent<T>> few = newBuffer(store, FEW_SLOTS);
    private @Nullable SharedBuffer<BufferedEvent<T>> many;

    /** Something that is done with the buffer of a key. */
    @FunctionalInterface
    interface Work<T, R> {
        R on(SharedBufferAccessor<BufferedEvent<T>> accessor) throws Exception;
    }

    /**
     * Works on a key.
     *
     * @throws SequenceFailedException if anything is thrown
     */
    <R> R on(KeyMemory<T> memory, Work<T, R> work) {
        store.select(memory);
        try (SharedBufferAccessor<BufferedEvent<T>> accessor = bufferFor(memory).getAccessor()) {
            return work.on(accessor);
        } catch (Exception e) {
            throw new SequenceFailedException(e);
        } finally {
            store.deselect();
        }
    }

    private SharedBuffer<BufferedEvent<T>> bufferFor(KeyMemory<T> memory) {
        if (memory.nodes.size() <= FEW_NODES) {
            return few;
        }
        SharedBuffer<BufferedEvent<T>> buffer = many;
        if (buffer == null) {
            buffer = newBuffer(store, MANY_SLOTS);
            many = buffer;
        }
        return buffer;
    }

    @SuppressWarnings("unchecked") // nothing is ever serialized with it
    private static <T> SharedBuffer<BufferedEvent<T>> newBuffer(
            MemoryStateStore<T> store, int slots) {
        TypeSerializer<?> unused = VoidSerializer.INSTANCE;
        SharedBuffer<BufferedEvent<T>> buffer =
                new SharedBuffer<>(
                        store,
                        (TypeSerializer<BufferedEvent<T>>) unused,
                        new SharedBufferCacheConfig(slots, slots, Duration.ofDays(1)));
        buffer.releaseCacheStatisticsTimer();
        return buffer;
    }
}
