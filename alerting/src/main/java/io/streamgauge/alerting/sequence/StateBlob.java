package io.streamgauge.alerting.sequence;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import org.apache.flink.cep.nfa.ComputationState;
import org.apache.flink.cep.nfa.DeweyNumber;
import org.apache.flink.cep.nfa.NFAState;
import org.apache.flink.cep.nfa.sharedbuffer.EventId;
import org.apache.flink.cep.nfa.sharedbuffer.Lockable;
import org.apache.flink.cep.nfa.sharedbuffer.NodeId;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferEdge;
import org.apache.flink.cep.nfa.sharedbuffer.SharedBufferNode;
import org.jspecify.annotations.Nullable;

/**
 * A key's memory as bytes: version, fingerprint of the automaton, time, partial matches, matches
 * that wait for earlier ones, counts, events, nodes. Names are indexes into the automaton's sorted
 * ones, timestamps differences to the key's time. The order of partial matches is kept as it is,
 * since the automaton visits them in it.
 */
final class StateBlob<T> {

    private static final int VERSION = 1;

    private final CompiledSequence<T> sequence;
    private final EventCodec<T> codec;

    StateBlob(CompiledSequence<T> sequence, EventCodec<T> codec) {
        this.sequence = sequence;
        this.codec = codec;
    }

    byte[] write(KeyMemory<T> memory) {
        ByteWriter out = new ByteWriter();
        out.writeByte(VERSION);
        out.write(Integer.toUnsignedLong(sequence.fingerprint()));
        out.writeSigned(memory.time);
        writeMatches(memory.matches.getPartialMatches(), memory.time, out);
        writeMatches(memory.matches.getCompletedMatches(), memory.time, out);
        out.write(memory.counts.size());
        memory.counts.forEach(
                (timestamp, count) -> {
                    out.writeSigned(memory.time - timestamp);
                    out.write(count);
                });
        out.write(memory.events.size());
        memory.events.forEach(
                (id, event) -> {
                    writeEventId(id, memory.time, out);
                    out.write(CepInternals.references(event));
                    out.write(event.getElement().bytes());
                });
        out.write(memory.nodes.size());
        memory.nodes.forEach((id, node) -> writeNode(id, node, memory.time, out));
        return out.toBytes();
    }

    KeyMemory<T> read(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        int version = in.readByte();
        if (version != VERSION) {
            throw new UnreadableStateException(
                    "version: " + version + " (expected: " + VERSION + ")");
        }
        int fingerprint = in.readInt();
        if (fingerprint != sequence.fingerprint()) {
            throw new UnreadableStateException(
                    "sequence: %08x (expected: %08x)"
                            .formatted(fingerprint, sequence.fingerprint()));
        }
        long time = in.readSigned();
        KeyMemory<T> memory =
                new KeyMemory<>(new NFAState(readMatches(in, time), readMatches(in, time)));
        memory.time = time;
        for (int rest = in.readSize(); rest > 0; rest--) {
            memory.counts.put(time - in.readSigned(), in.readInt());
        }
        for (int rest = in.readSize(); rest > 0; rest--) {
            EventId id = readEventId(in, time);
            int references = in.readInt();
            memory.events.put(
                    id,
                    new Lockable<>(
                            BufferedEvent.restored(codec, id.getTimestamp(), in.readBytes()),
                            references));
        }
        for (int rest = in.readSize(); rest > 0; rest--) {
            readNode(in, time, memory.nodes);
        }
        if (!in.isAtEnd()) {
            throw new UnreadableStateException("size: more than the state");
        }
        return memory;
    }

    private void writeMatches(Queue<ComputationState> matches, long time, ByteWriter out) {
        out.write(matches.size());
        for (ComputationState match : matches) {
            boolean begun = match.getStartEventID() != null;
            out.write(
                    indexOf(sequence.states(), match.getCurrentStateName()) * 2L + (begun ? 1 : 0));
            writeVersion(match.getVersion(), out);
            if (begun) {
                // its timestamps are those of the two events
                writeEventId(match.getStartEventID(), time, out);
                writeNodeId(match.getPreviousBufferEntry(), time, out);
            }
        }
    }

    private PriorityQueue<ComputationState> readMatches(ByteReader in, long time) {
        PriorityQueue<ComputationState> matches =
                new PriorityQueue<>(NFAState.COMPUTATION_STATE_COMPARATOR);
        for (int rest = in.readSize(); rest > 0; rest--) {
            int tag = in.readInt();
            String state = name(sequence.states(), tag >>> 1);
            DeweyNumber version = readVersion(in);
            if ((tag & 1) == 0) {
                matches.add(ComputationState.createStartState(state, version));
                continue;
            }
            EventId start = readEventId(in, time);
            NodeId previous = readNodeId(in.readInt(), in, time);
            matches.add(
                    ComputationState.createState(
                            state,
                            previous,
                            version,
                            start.getTimestamp(),
                            previous.getEventId().getTimestamp(),
                            start));
        }
        return matches;
    }

    private void writeNode(NodeId id, Lockable<SharedBufferNode> node, long time, ByteWriter out) {
        writeNodeId(id, time, out);
        out.write(CepInternals.references(node));
        List<Lockable<SharedBufferEdge>> edges = node.getElement().getEdges();
        out.write(edges.size());
        for (Lockable<SharedBufferEdge> edge : edges) {
            out.write(CepInternals.references(edge));
            writeVersion(CepInternals.version(edge.getElement()), out);
            NodeId target = CepInternals.target(edge.getElement());
            if (target == null) {
                out.write(0);
            } else {
                writeNodeId(target, time, out);
            }
        }
    }

    private void readNode(ByteReader in, long time, Map<NodeId, Lockable<SharedBufferNode>> nodes) {
        NodeId id = readNodeId(in.readInt(), in, time);
        int references = in.readInt();
        SharedBufferNode node = new SharedBufferNode();
        List<Lockable<SharedBufferEdge>> edges = node.getEdges();
        for (int rest = in.readSize(); rest > 0; rest--) {
            int edgeReferences = in.readInt();
            DeweyNumber version = readVersion(in);
            int tag = in.readInt();
            @Nullable NodeId target = tag == 0 ? null : readNodeId(tag, in, time);
            edges.add(new Lockable<>(new SharedBufferEdge(target, version), edgeReferences));
        }
        nodes.put(id, new Lockable<>(node, references));
    }

    /** The index of the page counts from 1, so that 0 says that there is no node. */
    private void writeNodeId(NodeId id, long time, ByteWriter out) {
        out.write(indexOf(sequence.pages(), id.getPageName()) + 1L);
        writeEventId(id.getEventId(), time, out);
    }

    private NodeId readNodeId(int tag, ByteReader in, long time) {
        String page = name(sequence.pages(), tag - 1);
        return new NodeId(readEventId(in, time), page);
    }

    private static void writeEventId(EventId id, long time, ByteWriter out) {
        out.write(id.getId());
        out.writeSigned(time - id.getTimestamp());
    }

    private static EventId readEventId(ByteReader in, long time) {
        int id = in.readInt();
        return new EventId(id, time - in.readSigned());
    }

    private static void writeVersion(DeweyNumber version, ByteWriter out) {
        int[] digits = CepInternals.digits(version);
        out.write(digits.length);
        for (int digit : digits) {
            out.write(Integer.toUnsignedLong(digit));
        }
    }

    private static DeweyNumber readVersion(ByteReader in) {
        int[] digits = new int[in.readSize()];
        for (int i = 0; i < digits.length; i++) {
            digits[i] = in.readInt();
        }
        return CepInternals.version(digits);
    }

    private static int indexOf(List<String> names, String name) {
        return Collections.binarySearch(names, name);
    }

    private static String name(List<String> names, int index) {
        if (index < 0 || index >= names.size()) {
            throw new UnreadableStateException(
                    "name: " + index + " (expected: < " + names.size() + ")");
        }
        return names.get(index);
    }
}
