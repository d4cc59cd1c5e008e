package io.streamgauge.alerting.sequence;

import java.time.Duration;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.VoidSerializer;
import org.apache.flink.cep.configuration.SharedBufferCacheConfig;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBuffer;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferAccessor;

/**
 * Flink's buffer of events, shared by all matchers of a thread. It is shared because each one has
 * two caches, and starts a thread for their statistics, which is stopped here at once; neither is
 * to be paid for every sequence. The caches know no keys: an accessor lives for one call about one
 * key and writes back all that it has read.
 *
 * <p>Not for several threads at once.
 *
 * @param <T> type of the events
 */
public final class SequenceWorkspace<T> {

    private static final int CACHE_SLOTS = 1024; // as in flink-cep; more spill into the key's maps

    private final MemoryStateStore<T> store = new MemoryStateStore<>();
    private final SharedBuffer<BufferedEvent<T>> buffer;

    @SuppressWarnings("unchecked") // nothing is ever serialized with it
    public SequenceWorkspace() {
        TypeSerializer<?> unused = VoidSerializer.INSTANCE;
        buffer =
                new SharedBuffer<>(
                        store,
                        (TypeSerializer<BufferedEvent<T>>) unused,
                        new SharedBufferCacheConfig(CACHE_SLOTS, CACHE_SLOTS, Duration.ofDays(1)));
        buffer.releaseCacheStatisticsTimer();
    }

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
        try (SharedBufferAccessor<BufferedEvent<T>> accessor = buffer.getAccessor()) {
            return work.on(accessor);
        } catch (Exception e) {
            throw new SequenceFailedException(e);
        } finally {
            store.deselect();
        }
    }
}
