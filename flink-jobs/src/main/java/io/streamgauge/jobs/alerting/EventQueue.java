package io.streamgauge.jobs.alerting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.KeyedStateBackend;
import org.apache.flink.runtime.state.VoidNamespace;
import org.jspecify.annotations.Nullable;

/**
 * Events whose time the platform's clock has not passed, in the order in which they will be judged.
 * On the heap, since they stay for some milliseconds only; written to keyed state at a checkpoint,
 * and read from there on restore, by whichever task has their key then. For one task's thread.
 *
 * <p>Where one partition lags, the events of the others wait here. The source's watermark alignment
 * bounds for how long, and so how many there are.
 */
final class EventQueue {

    private static final ListStateDescriptor<GroupedEvent> STATE =
            new ListStateDescriptor<>("queued-events-v1", TypeInformation.of(GroupedEvent.class));

    private final KeyedStateBackend<String> backend;
    private final ListState<GroupedEvent> state;
    private final PriorityQueue<GroupedEvent> queue = new PriorityQueue<>(GroupedEvent.ORDER);

    /** Keys that have something in the state, as of the last checkpoint. */
    private final Set<String> stored = new HashSet<>();

    private volatile long bytes; // read by the metric's thread

    /** Makes the state, empty or restored. */
    interface StateFactory {
        ListState<GroupedEvent> create(ListStateDescriptor<GroupedEvent> descriptor)
                throws Exception;
    }

    EventQueue(KeyedStateBackend<String> backend, StateFactory states) throws Exception {
        this.backend = backend;
        state = states.create(STATE);
        try (Stream<String> keys = backend.getKeys(STATE.getName(), VoidNamespace.INSTANCE)) {
            keys.forEach(stored::add);
        }
        for (String key : stored) {
            backend.setCurrentKey(key);
            for (GroupedEvent event : state.get()) {
                add(event);
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    void add(GroupedEvent event) {
        queue.add(event);
        bytes += event.bytes();
    }

    @Nullable GroupedEvent peek() {
        return queue.peek();
    }

    /** Takes the next event, which must be there. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    GroupedEvent remove() {
        GroupedEvent event = queue.remove();
        bytes -= event.bytes();
        return event;
    }

    /** About how much of the heap the events take. */
    long bytes() {
        return bytes;
    }

    /** Makes the state what the queue is. Changes the backend's current key. */
    void snapshot() throws Exception {
        Map<String, List<GroupedEvent>> byKey = new HashMap<>();
        for (GroupedEvent event : queue) {
            byKey.computeIfAbsent(event.group(), key -> new ArrayList<>()).add(event);
        }
        for (String key : stored) {
            if (!byKey.containsKey(key)) {
                backend.setCurrentKey(key);
                state.clear();
            }
        }
        stored.clear();
        for (Map.Entry<String, List<GroupedEvent>> entry : byKey.entrySet()) {
            backend.setCurrentKey(entry.getKey());
            state.update(entry.getValue());
            stored.add(entry.getKey());
        }
    }
}
