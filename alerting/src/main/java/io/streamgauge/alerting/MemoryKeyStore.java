package io.streamgauge.alerting;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A key's memory on the heap, for backtests and tests. For one thread. */
public final class MemoryKeyStore implements KeyStore {

    private byte @Nullable [] agenda;
    private final Map<RuleKey, byte[]> states = new HashMap<>();
    private final Map<RuleKey, NavigableMap<Long, byte[]>> cells = new HashMap<>();
    private final NavigableMap<QueuePosition, byte[]> queue = new TreeMap<>();

    /** Another store with the same contents. */
    public MemoryKeyStore copy() {
        MemoryKeyStore copy = new MemoryKeyStore();
        copy.agenda = agenda == null ? null : agenda.clone();
        states.forEach((rule, state) -> copy.states.put(rule, state.clone()));
        cells.forEach((rule, of) -> of.forEach((at, cell) -> copy.putCell(rule, at, cell.clone())));
        queue.forEach((position, event) -> copy.queue.put(position, event.clone()));
        return copy;
    }

    /** Whether nothing is remembered. */
    public boolean isEmpty() {
        return agenda == null && states.isEmpty() && cells.isEmpty() && queue.isEmpty();
    }

    /** How many bytes are remembered, without what the heap adds. */
    public long bytes() {
        long bytes = agenda == null ? 0 : agenda.length;
        for (byte[] state : states.values()) {
            bytes += state.length;
        }
        for (NavigableMap<Long, byte[]> of : cells.values()) {
            for (byte[] cell : of.values()) {
                bytes += cell.length;
            }
        }
        for (byte[] event : queue.values()) {
            bytes += event.length;
        }
        return bytes;
    }

    @Override
    public Optional<byte[]> agenda() {
        return Optional.ofNullable(agenda);
    }

    @Override
    public void putAgenda(byte[] agenda) {
        this.agenda = agenda;
    }

    @Override
    public void removeAgenda() {
        agenda = null;
    }

    @Override
    public Optional<byte[]> state(RuleKey rule) {
        return Optional.ofNullable(states.get(rule));
    }

    @Override
    public void putState(RuleKey rule, byte[] state) {
        states.put(rule, state);
    }

    @Override
    public void removeRule(RuleKey rule) {
        states.remove(rule);
        cells.remove(rule);
    }

    @Override
    public Optional<byte[]> cell(RuleKey rule, long index) {
        NavigableMap<Long, byte[]> of = cells.get(rule);
        return of == null ? Optional.empty() : Optional.ofNullable(of.get(index));
    }

    @Override
    public void putCell(RuleKey rule, long index, byte[] cell) {
        cells.computeIfAbsent(rule, key -> new TreeMap<>()).put(index, cell);
    }

    @Override
    public void removeCells(RuleKey rule, long from, long to) {
        NavigableMap<Long, byte[]> of = cells.get(rule);
        if (of == null || from >= to) {
            return;
        }
        of.subMap(from, to).clear();
        if (of.isEmpty()) {
            cells.remove(rule);
        }
    }

    @Override
    public void cells(RuleKey rule, long from, long to, CellVisitor visitor) {
        NavigableMap<Long, byte[]> of = cells.get(rule);
        if (of != null && from < to) {
            of.subMap(from, to).forEach(visitor::visit);
        }
    }

    @Override
    public void enqueue(QueuePosition position, byte[] event) {
        queue.put(position, event);
    }

    @Override
    public Optional<QueuedEvent> firstQueued() {
        Map.Entry<QueuePosition, byte[]> first = queue.firstEntry();
        return first == null
                ? Optional.empty()
                : Optional.of(new QueuedEvent(first.getKey(), first.getValue()));
    }

    @Override
    public void dequeue(QueuePosition position) {
        queue.remove(position);
    }
}
