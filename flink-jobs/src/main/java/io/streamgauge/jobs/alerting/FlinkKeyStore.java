package io.streamgauge.jobs.alerting;

import io.streamgauge.alerting.HostException;
import io.streamgauge.alerting.KeyStore;
import io.streamgauge.alerting.QueuePosition;
import io.streamgauge.alerting.RuleKey;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.State;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.java.tuple.Tuple4;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.VoidNamespaceSerializer;
import org.apache.flink.runtime.state.internal.InternalKvState;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the operator's present key, in Flink's state. Each rule has a namespace of its own,
 * so that what belongs to it is found, and removed, without a look at other rules' state.
 *
 * <p>Numbers in keys are written with their sign bit turned, most significant byte first: RocksDB
 * keeps its entries in the order of their bytes, which then is the numbers'. Where the backend
 * keeps no order the first of the queue is searched for.
 *
 * <p>For one task's thread. {@link #keyChanged} must be called whenever the key is another one.
 */
final class FlinkKeyStore implements KeyStore {

    /** Has an entry for each key that anything is remembered of. */
    static final ValueStateDescriptor<byte[]> AGENDA =
            new ValueStateDescriptor<>(
                    "agenda-v1", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    /** By the rule as a namespace. */
    static final ValueStateDescriptor<byte[]> RULE_STATE =
            new ValueStateDescriptor<>(
                    "rule-state-v1", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    private static final MapStateDescriptor<Long, byte[]> CELLS =
            new MapStateDescriptor<>(
                    "rule-cells-v1",
                    Types.LONG,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);
    private static final MapStateDescriptor<Tuple4<Long, Long, Integer, Long>, byte[]> QUEUE =
            new MapStateDescriptor<>(
                    "reorder-queue-v1",
                    Types.TUPLE(Types.LONG, Types.LONG, Types.INT, Types.LONG),
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

    /** Up to so many cells are read one by one, and not by going through all of the rule's. */
    private static final long SMALL_RANGE = 64;

    /** As many entries of the queue are read at once. */
    private static final int HEAD_SIZE = 64;

    private final boolean ordered;
    private final ValueState<byte[]> agenda;
    private final ValueState<byte[]> states;
    private final MapState<Long, byte[]> cells;
    private final MapState<Tuple4<Long, Long, Integer, Long>, byte[]> queue;

    /** The first entries of the present key's queue; null where they are not known. */
    private @Nullable NavigableMap<QueuePosition, byte[]> head;

    /** Whether the head is all that there is. */
    private boolean headIsAll;

    /** Makes the states, empty or restored. */
    interface StateFactory {
        <N, S extends State, T> S create(
                TypeSerializer<N> namespace, StateDescriptor<S, T> descriptor) throws Exception;
    }

    /** Marks a failure of the backend, which ends the task. */
    static final class StateException extends HostException {

        private static final long serialVersionUID = 1L;

        StateException(Exception cause) {
            super("the state could not be read or written", cause);
        }
    }

    /**
     * A store over a backend.
     *
     * @param ordered whether the backend goes through a map's entries in the order of their bytes
     */
    FlinkKeyStore(StateFactory factory, boolean ordered) throws Exception {
        this.ordered = ordered;
        agenda = factory.create(VoidNamespaceSerializer.INSTANCE, AGENDA);
        states = factory.create(StringSerializer.INSTANCE, RULE_STATE);
        cells = factory.create(StringSerializer.INSTANCE, CELLS);
        queue = factory.create(VoidNamespaceSerializer.INSTANCE, QUEUE);
        select(agenda, VoidNamespace.INSTANCE);
        select(queue, VoidNamespace.INSTANCE);
    }

    /** Forgets what is on the heap of the key before. */
    void keyChanged() {
        head = null;
    }

    @Override
    public Optional<byte[]> agenda() {
        return get(agenda);
    }

    @Override
    public void putAgenda(byte[] bytes) {
        put(agenda, bytes);
    }

    @Override
    public void removeAgenda() {
        agenda.clear();
    }

    @Override
    public Optional<byte[]> state(RuleKey rule) {
        select(states, namespace(rule));
        return get(states);
    }

    @Override
    public void putState(RuleKey rule, byte[] bytes) {
        select(states, namespace(rule));
        put(states, bytes);
    }

    @Override
    public void removeRule(RuleKey rule) {
        select(states, namespace(rule));
        states.clear();
        select(cells, namespace(rule));
        cells.clear();
    }

    @Override
    public Optional<byte[]> cell(RuleKey rule, long index) {
        select(cells, namespace(rule));
        try {
            return Optional.ofNullable(cells.get(ascending(index)));
        } catch (Exception e) {
            throw new StateException(e);
        }
    }

    @Override
    public void putCell(RuleKey rule, long index, byte[] cell) {
        select(cells, namespace(rule));
        try {
            cells.put(ascending(index), cell);
        } catch (Exception e) {
            throw new StateException(e);
        }
    }

    @Override
    public void removeCells(RuleKey rule, long from, long to) {
        if (from >= to) {
            return;
        }
        select(cells, namespace(rule));
        try {
            if (isSmall(from, to)) {
                for (long index = from; index < to; index++) {
                    cells.remove(ascending(index));
                }
                return;
            }
            List<Long> gone = new ArrayList<>();
            for (Long key : cells.keys()) {
                long index = ascending(key);
                if (index >= from && index < to) {
                    gone.add(key);
                } else if (ordered && index >= to) {
                    break;
                }
            }
            for (Long key : gone) {
                cells.remove(key);
            }
        } catch (Exception e) {
            throw new StateException(e);
        }
    }

    @Override
    public void cells(RuleKey rule, long from, long to, CellVisitor visitor) {
        if (from >= to) {
            return;
        }
        select(cells, namespace(rule));
        try {
            if (isSmall(from, to)) {
                for (long index = from; index < to; index++) {
                    byte[] cell = cells.get(ascending(index));
                    if (cell != null) {
                        visitor.visit(index, cell);
                    }
                }
                return;
            }
            Map<Long, byte[]> found = new TreeMap<>();
            for (Map.Entry<Long, byte[]> entry : cells.entries()) {
                long index = ascending(entry.getKey());
                if (index >= from && index < to) {
                    found.put(index, entry.getValue());
                } else if (ordered && index >= to) {
                    break;
                }
            }
            found.forEach(visitor::visit);
        } catch (Exception e) {
            throw new StateException(e);
        }
    }

    /** Overflow makes a range as large as it gets a negative one, which is not small either. */
    private static boolean isSmall(long from, long to) {
        long size = to - from;
        return size > 0 && size <= SMALL_RANGE;
    }

    @Override
    public void enqueue(QueuePosition position, byte[] event) {
        try {
            queue.put(toKey(position), event);
        } catch (Exception e) {
            throw new StateException(e);
        }
        if (head != null
                && (headIsAll || (!head.isEmpty() && position.compareTo(head.lastKey()) < 0))) {
            head.put(position, event);
        }
    }

    @Override
    public Optional<QueuedEvent> firstQueued() {
        if (head == null || (head.isEmpty() && !headIsAll)) {
            head = readHead();
        }
        Map.Entry<QueuePosition, byte[]> first = head.firstEntry();
        return first == null
                ? Optional.empty()
                : Optional.of(new QueuedEvent(first.getKey(), first.getValue()));
    }

    @Override
    public void dequeue(QueuePosition position) {
        try {
            queue.remove(toKey(position));
        } catch (Exception e) {
            throw new StateException(e);
        }
        if (head != null) {
            head.remove(position);
        }
    }

    private NavigableMap<QueuePosition, byte[]> readHead() {
        NavigableMap<QueuePosition, byte[]> read = new TreeMap<>();
        try {
            Iterator<Map.Entry<Tuple4<Long, Long, Integer, Long>, byte[]>> entries =
                    queue.iterator();
            while (entries.hasNext() && (!ordered || read.size() < HEAD_SIZE)) {
                Map.Entry<Tuple4<Long, Long, Integer, Long>, byte[]> entry = entries.next();
                read.put(toPosition(entry.getKey()), entry.getValue());
            }
            headIsAll = !entries.hasNext();
            return read;
        } catch (Exception e) {
            throw new StateException(e);
        }
    }

    private static Tuple4<Long, Long, Integer, Long> toKey(QueuePosition position) {
        return Tuple4.of(
                ascending(position.timestamp()),
                ascending(position.arrival()),
                position.partition() ^ Integer.MIN_VALUE,
                ascending(position.offset()));
    }

    private static QueuePosition toPosition(Tuple4<Long, Long, Integer, Long> key) {
        return new QueuePosition(
                ascending(key.f0),
                ascending(key.f1),
                key.f2 ^ Integer.MIN_VALUE,
                ascending(key.f3));
    }

    /** Turns the sign bit; its own inverse. */
    private static long ascending(long number) {
        return number ^ Long.MIN_VALUE;
    }

    /** Without the tenant, which the key begins with. */
    static String namespace(RuleKey rule) {
        return rule.alert() + "/" + rule.version();
    }

    @SuppressWarnings("unchecked") // the namespace is of the type that the state was made with
    private static <N> void select(State state, N namespace) {
        ((InternalKvState<?, N, ?>) state).setCurrentNamespace(namespace);
    }

    private static Optional<byte[]> get(ValueState<byte[]> state) {
        try {
            return Optional.ofNullable(state.value());
        } catch (Exception e) {
            throw new StateException(e);
        }
    }

    private static void put(ValueState<byte[]> state, byte[] bytes) {
        try {
            state.update(bytes);
        } catch (Exception e) {
            throw new StateException(e);
        }
    }
}
