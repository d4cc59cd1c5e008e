package io.streamgauge.alerting.sequence;

import io.streamgauge.contracts.alert.Condition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.cep.nfa.ComputationState;
import org.apache.flink.cep.nfa.NFAState;
import org.apache.flink.cep.nfa.compiler.NFAStateNameHandler;

/**
 * Finds a sequence in the events of keys, with the automaton of flink-cep 2.3 and so with its
 * semantics.
 *
 * <p>flink-cep keeps an automaton's state in Flink's keyed state, entry by entry, and lets time
 * pass with an operator's watermark. Here the state of a key is an object of memory, which the
 * caller keeps as one blob; an event costs one read and one write of it, or none where it changes
 * nothing. Time passes in the steps of the state's own expiries, in their order, however far the
 * caller lets it go at once. That makes the result a function of the events and their timestamps.
 * In flink-cep it depends also on when the watermark comes, because a match that a time-out sets
 * free takes away others which would have timed out in the same step; this is what flink-cep does
 * with a watermark for every millisecond.
 *
 * <p>A matcher and its states belong to the thread of their {@link SequenceWorkspace}.
 *
 * @param <T> type of the events
 */
public final class SequenceMatcher<T> {

    private final CompiledSequence<T> sequence;
    private final SequenceWorkspace<T> workspace;
    private final EventCodec<T> codec;
    private final StateBlob<T> blob;
    private final MatchReader<T> matches;
    private final boolean wantsMatches;

    private SequenceMatcher(
            CompiledSequence<T> sequence,
            Condition.Outcome outcome,
            SequenceWorkspace<T> workspace,
            EventCodec<T> codec) {
        this.sequence = sequence;
        this.workspace = workspace;
        this.codec = codec;
        this.blob = new StateBlob<>(sequence, codec);
        this.matches = new MatchReader<>(sequence);
        this.wantsMatches = outcome != Condition.Outcome.TIMEOUT;
    }

    /**
     * Compiles a sequence. The matcher reports what its {@code outcome} names: matches, time-outs,
     * or both.
     *
     * @throws UnsupportedSequenceException if flink-cep cannot run it
     */
    public static <T> SequenceMatcher<T> compile(
            Condition.Sequence sequence,
            StepConditions<T> conditions,
            FailureListener failures,
            EventCodec<T> codec,
            SequenceWorkspace<T> workspace) {
        return new SequenceMatcher<>(
                CompiledSequence.of(sequence, conditions, failures),
                sequence.outcome(),
                workspace,
                codec);
    }

    /** The state of a key that has seen nothing. */
    public State newState() {
        return new State(new KeyMemory<>(sequence.nfa().createInitialNFAState()));
    }

    /**
     * Reads a state.
     *
     * @param bytes what {@link State#toBytes} gave
     * @throws UnreadableStateException if it is of another sequence or format
     */
    public State fromBytes(byte[] bytes) {
        return new State(blob.read(bytes));
    }

    /** What is known of one key. After a {@link SequenceFailedException} it is of no use. */
    public final class State {

        private final KeyMemory<T> memory;
        private boolean changed;

        private State(KeyMemory<T> memory) {
            this.memory = memory;
        }

        /**
         * Lets time pass to an event and judges it.
         *
         * @param timestamp not before the last one, of an event or of {@link #advanceTime}
         * @param sink takes what is found, in order; called after the state has changed
         */
        public void process(T event, long timestamp, Consumer<SequenceMatch<T>> sink) {
            if (timestamp < memory.time) {
                throw new IllegalArgumentException(
                        "timestamp: " + timestamp + " (expected: >= " + memory.time + ")");
            }
            if (timestamp > memory.time) {
                pass(timestamp, sink);
            }
            NFAState matchesBefore = visiting();
            Collection<Map<String, List<BufferedEvent<T>>>> found =
                    workspace.on(
                            memory,
                            accessor ->
                                    sequence.nfa()
                                            .process(
                                                    accessor,
                                                    matchesBefore,
                                                    BufferedEvent.of(codec, timestamp, event),
                                                    timestamp,
                                                    sequence.skip(),
                                                    () -> timestamp));
            sequence.conditions().forEach(NfaCondition::forget);
            settle(matchesBefore);
            reportMatches(found, sink);
        }

        /**
         * Lets time pass, although no event came: everything that expires until then is over. A
         * time before the present one does nothing.
         *
         * @param timestamp there are no more events to come up to then, and at it
         */
        public void advanceTime(long timestamp, Consumer<SequenceMatch<T>> sink) {
            if (timestamp >= memory.time) {
                pass(timestamp, sink);
            }
        }

        /**
         * When the first partial match runs out of time, if any does. May be the present: an event
         * can make one that is out of time already, which ends after the events of its timestamp.
         */
        public OptionalLong nextExpiry() {
            long windowTime = sequence.nfa().getWindowTime();
            Map<String, Long> windowTimes = sequence.windowTimes();
            long earliest = Long.MAX_VALUE;
            for (ComputationState match : memory.matches.getPartialMatches()) {
                if (match.getStartEventID() == null) {
                    continue;
                }
                if (windowTime > 0) {
                    earliest = Math.min(earliest, match.getStartTimestamp() + windowTime);
                }
                Long sincePrevious = windowTimes.get(match.getCurrentStateName());
                if (sincePrevious != null) {
                    earliest = Math.min(earliest, match.getPreviousTimestamp() + sincePrevious);
                }
            }
            return earliest == Long.MAX_VALUE
                    ? OptionalLong.empty()
                    : OptionalLong.of(Math.max(earliest, memory.time));
        }

        /** How many matches have begun and not ended, or wait for earlier ones to end. */
        public int partialMatches() {
            int count = memory.matches.getCompletedMatches().size();
            for (ComputationState match : memory.matches.getPartialMatches()) {
                count += match.getStartEventID() == null ? 0 : 1;
            }
            return count;
        }

        /** For how many partial matches which step is next, by its name. */
        public SortedMap<String, Integer> waiting() {
            SortedMap<String, Integer> waiting = new TreeMap<>();
            for (ComputationState match : memory.matches.getPartialMatches()) {
                if (match.getStartEventID() != null) {
                    waiting.merge(
                            NFAStateNameHandler.getOriginalNameFromInternal(
                                    match.getCurrentStateName()),
                            1,
                            Integer::sum);
                }
            }
            return waiting;
        }

        /** Whether nothing is known that a new state would not know; its blob can be dropped. */
        public boolean isEmpty() {
            return partialMatches() == 0;
        }

        /** Whether it differs from what was read, or from what {@link #toBytes} gave last. */
        public boolean isChanged() {
            return changed;
        }

        /**
         * Begins no match any more; those that have begun go on. Holds for what is restored from
         * the state's bytes as well, but not for a new state.
         */
        public void stopStarting() {
            changed |=
                    memory.matches
                            .getPartialMatches()
                            .removeIf(match -> match.getStartEventID() == null);
        }

        /**
         * Drops the partial matches that began first, until no more than {@code most} are left and
         * the events that they hold have no more than {@code mostBytes}.
         *
         * @param sink takes matches that had to wait for one of them
         * @return how many were dropped
         */
        public int limit(int most, long mostBytes, Consumer<SequenceMatch<T>> sink) {
            int dropped = 0;
            while ((partialMatches() > most || (changed && memory.bytes() > mostBytes))
                    && releaseOldest()) {
                dropped++;
                if (!memory.matches.getCompletedMatches().isEmpty()) {
                    expire(memory.time, sink);
                }
            }
            if (dropped > 0) {
                changed = true;
                forgetIfEmpty();
            }
            return dropped;
        }

        /** The state as bytes; it then counts as unchanged. */
        public byte[] toBytes() {
            changed = false;
            return blob.write(memory);
        }

        /** Events in the buffer, and the nodes that refer to them. */
        int buffered() {
            return memory.events.size() + memory.nodes.size();
        }

        private void pass(long timestamp, Consumer<SequenceMatch<T>> sink) {
            OptionalLong next = nextExpiry();
            while (next.isPresent() && next.getAsLong() <= timestamp) {
                expire(next.getAsLong(), sink);
                next = nextExpiry();
            }
            if (timestamp > memory.time) {
                memory.time = timestamp;
                // ids of events count up within a timestamp only
                memory.counts.keySet().removeIf(counted -> counted < timestamp);
            }
        }

        private void expire(long timestamp, Consumer<SequenceMatch<T>> sink) {
            NFAState matchesBefore = visiting();
            var ended =
                    workspace.on(
                            memory,
                            accessor ->
                                    sequence.nfa()
                                            .advanceTime(
                                                    accessor,
                                                    matchesBefore,
                                                    timestamp,
                                                    sequence.skip()));
            memory.time = Math.max(memory.time, timestamp);
            settle(matchesBefore);
            reportMatches(ended.f0, sink);
            ended.f1.forEach(timeout -> sink.accept(matches.timeout(timeout.f0, timeout.f1)));
        }

        private boolean releaseOldest() {
            Queue<ComputationState> partial = memory.matches.getPartialMatches();
            ComputationState oldest = partial.peek();
            if (oldest == null || oldest.getStartEventID() == null) {
                return false;
            }
            partial.remove();
            return workspace.on(
                    memory,
                    accessor -> {
                        accessor.releaseNode(oldest.getPreviousBufferEntry(), oldest.getVersion());
                        return true;
                    });
        }

        private NFAState visiting() {
            return new NFAState(
                    new VisitedMatches(memory.matches.getPartialMatches()),
                    memory.matches.getCompletedMatches());
        }

        private void settle(NFAState matchesAfter) {
            changed |= matchesAfter.isStateChanged();
            memory.matches = matchesAfter;
            if (matchesAfter.isStateChanged()) {
                forgetIfEmpty();
            }
        }

        /** Without partial matches nothing refers to an event, and versions count from 1 again. */
        private void forgetIfEmpty() {
            if (!isEmpty()) {
                return;
            }
            memory.forgetEvents();
            if (!memory.matches.getPartialMatches().isEmpty()) {
                memory.matches = sequence.nfa().createInitialNFAState();
            }
        }

        private void reportMatches(
                Collection<Map<String, List<BufferedEvent<T>>>> found,
                Consumer<SequenceMatch<T>> sink) {
            if (wantsMatches) {
                found.forEach(match -> sink.accept(matches.match(match)));
            }
        }
    }
}
