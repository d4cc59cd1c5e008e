package io.streamgauge.alerting.sequence;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/** Makes what the sink takes of what the automaton gives. */
final class MatchReader<T> {

    private final CompiledSequence<T> sequence;

    MatchReader(CompiledSequence<T> sequence) {
        this.sequence = sequence;
    }

    SequenceMatch<T> match(Map<String, List<BufferedEvent<T>>> found) {
        long start = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        for (List<BufferedEvent<T>> events : found.values()) {
            for (BufferedEvent<T> event : events) {
                start = Math.min(start, event.timestamp());
                end = Math.max(end, event.timestamp());
            }
        }
        return new SequenceMatch<>(events(found), start, decided(start, end), false);
    }

    SequenceMatch<T> timeout(Map<String, List<BufferedEvent<T>>> found, long timestamp) {
        long start = timestamp;
        for (List<BufferedEvent<T>> events : found.values()) {
            for (BufferedEvent<T> event : events) {
                start = Math.min(start, event.timestamp());
            }
        }
        return new SequenceMatch<>(events(found), start, timestamp, true);
    }

    /** Where nothing may follow, a match is one when nothing can follow any more. */
    private long decided(long start, long end) {
        if (sequence.pendingTime().isEmpty()) {
            return end;
        }
        long sincePrevious = sequence.pendingTime().get();
        long sinceFirst = sequence.nfa().getWindowTime();
        long decided = Long.MAX_VALUE;
        if (sinceFirst > 0) {
            decided = start + sinceFirst;
        }
        if (sincePrevious > 0) {
            decided = Math.min(decided, end + sincePrevious);
        }
        return decided;
    }

    private static <T> SequencedMap<String, List<T>> events(
            Map<String, List<BufferedEvent<T>>> found) {
        SequencedMap<String, List<T>> events = new LinkedHashMap<>();
        found.forEach(
                (step, buffered) -> {
                    List<T> ofStep = new ArrayList<>(buffered.size());
                    for (BufferedEvent<T> event : buffered) {
                        ofStep.add(event.event());
                    }
                    events.put(step, Collections.unmodifiableList(ofStep));
                });
        return Collections.unmodifiableSequencedMap(events);
    }
}
