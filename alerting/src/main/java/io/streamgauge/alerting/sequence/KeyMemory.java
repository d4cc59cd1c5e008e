package io.streamgauge.alerting.sequence;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.cep.nfa.NFAState;
import org.apache.flink.cep.nfa.sharedbuffer.EventId;
import org.apache.flink.cep.nfa.sharedbuffer.Lockable;
import org.apache.flink.cep.nfa.sharedbuffer.NodeId;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferNode;

/**
 * All that one automaton knows of one key: where its partial matches are, and the events that they
 * hold. The orders of the maps decide nothing.
 */
final class KeyMemory<T> {

    /** Before any event. */
    static final long NO_TIME = Long.MIN_VALUE;

    final Map<EventId, Lockable<BufferedEvent<T>>> events = new HashMap<>();
    final Map<NodeId, Lockable<SharedBufferNode>> nodes = new HashMap<>();

    /** How many events of a timestamp have been taken; of the present timestamp at most. */
    final Map<Long, Integer> counts = new HashMap<>();

    NFAState matches;

    /** Where the key is on the timeline of events. */
    long time = NO_TIME;

    KeyMemory(NFAState matches) {
        this.matches = matches;
    }

    /** Of the events that partial matches hold. */
    long bytes() {
        long bytes = 0;
        for (Lockable<BufferedEvent<T>> event : events.values()) {
            bytes += event.getElement().bytes().length;
        }
        return bytes;
    }

    void forgetEvents() {
        events.clear();
        nodes.clear();
        counts.clear();
    }
}
