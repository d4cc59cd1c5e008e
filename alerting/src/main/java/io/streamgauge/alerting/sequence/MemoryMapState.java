package io.streamgauge.alerting.sequence;

import java.util.Iterator;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.flink.api.common.state.MapState;
import org.jspecify.annotations.Nullable;

/** A map of the key that is being worked on, as Flink's buffer wants to see it. */
record MemoryMapState<K, V>(Supplier<Map<K, V>> current) implements MapState<K, V> {

    @Override
    public @Nullable V get(K key) {
        return current.get().get(key);
    }

    @Override
    public void put(K key, V value) {
        current.get().put(key, value);
    }

    @Override
    public void putAll(Map<K, V> entries) {
        current.get().putAll(entries);
    }

    @Override
    public void remove(K key) {
        current.get().remove(key);
    }

    @Override
    public boolean contains(K key) {
        return current.get().containsKey(key);
    }

    @Override
    public Iterable<Map.Entry<K, V>> entries() {
        return current.get().entrySet();
    }

    @Override
    public Iterable<K> keys() {
        return current.get().keySet();
    }

    @Override
    public Iterable<V> values() {
        return current.get().values();
    }

    @Override
    public Iterator<Map.Entry<K, V>> iterator() {
        return current.get().entrySet().iterator();
    }

    @Override
    public boolean isEmpty() {
        return current.get().isEmpty();
    }

    @Override
    public void clear() {
        current.get().clear();
    }
}
