package io.streamgauge.alerting.sequence;

import java.util.Map;
import org.apache.flink.api.common.state.AggregatingState;
import org.apache.flink.api.common.state.AggregatingStateDescriptor;
import org.apache.flink.api.common.state.KeyedStateStore;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReducingState;
import org.apache.flink.api.common.state.ReducingStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * The keyed state of Flink's buffer: the maps of whichever key is selected. Without one selected
 * every access fails, so that nothing can come to a key by accident.
 */
final class MemoryStateStore<T> implements KeyedStateStore {

    private @Nullable KeyMemory<T> selected;

    void select(KeyMemory<T> memory) {
        if (selected != null) {
            throw new IllegalStateException("a key is being worked on (expected: one at a time)");
        }
        selected = memory;
    }

    void deselect() {
        selected = null;
    }

    private KeyMemory<T> selected() {
        KeyMemory<T> memory = selected;
        if (memory == null) {
            throw new IllegalStateException("no key is being worked on");
        }
        return memory;
    }

    @Override
    @SuppressWarnings("unchecked") // the names say which types the buffer means
    public <K, V> MapState<K, V> getMapState(MapStateDescriptor<K, V> descriptor) {
        return switch (descriptor.getName()) {
            case "sharedBuffer-events" -> new MemoryMapState<>(() -> (Map<K, V>) selected().events);
            case "sharedBuffer-entries-with-lockable-edges" ->
                    new MemoryMapState<>(() -> (Map<K, V>) selected().nodes);
            case "sharedBuffer-events-count" ->
                    new MemoryMapState<>(() -> (Map<K, V>) selected().counts);
            default -> throw new UnsupportedOperationException(descriptor.getName());
        };
    }

    @Override
    public String getBackendTypeIdentifier() {
        return "memory";
    }

    @Override
    public <V> ValueState<V> getState(ValueStateDescriptor<V> descriptor) {
        throw new UnsupportedOperationException(descriptor.getName());
    }

    @Override
    public <V> ListState<V> getListState(ListStateDescriptor<V> descriptor) {
        throw new UnsupportedOperationException(descriptor.getName());
    }

    @Override
    public <V> ReducingState<V> getReducingState(ReducingStateDescriptor<V> descriptor) {
        throw new UnsupportedOperationException(descriptor.getName());
    }

    @Override
    public <I, A, O> AggregatingState<I, O> getAggregatingState(
            AggregatingStateDescriptor<I, A, O> descriptor) {
        throw new UnsupportedOperationException(descriptor.getName());
    }

    @Override
    public <V> org.apache.flink.api.common.state.v2.ValueState<V> getValueState(
            org.apache.flink.api.common.state.v2.ValueStateDescriptor<V> descriptor) {
        throw new UnsupportedOperationException(descriptor.getStateId());
    }

    @Override
    public <V> org.apache.flink.api.common.state.v2.ListState<V> getListState(
            org.apache.flink.api.common.state.v2.ListStateDescriptor<V> descriptor) {
        throw new UnsupportedOperationException(descriptor.getStateId());
    }

    @Override
    public <K, V> org.apache.flink.api.common.state.v2.MapState<K, V> getMapState(
            org.apache.flink.api.common.state.v2.MapStateDescriptor<K, V> descriptor) {
        throw new UnsupportedOperationException(descriptor.getStateId());
    }

    @Override
    public <V> org.apache.flink.api.common.state.v2.ReducingState<V> getReducingState(
            org.apache.flink.api.common.state.v2.ReducingStateDescriptor<V> descriptor) {
        throw new UnsupportedOperationException(descriptor.getStateId());
    }

    @Override
    public <I, A, O>
            org.apache.flink.api.common.state.v2.AggregatingState<I, O> getAggregatingState(
                    org.apache.flink.api.common.state.v2.AggregatingStateDescriptor<I, A, O>
                            descriptor) {
        throw new UnsupportedOperationException(descriptor.getStateId());
    }
}
