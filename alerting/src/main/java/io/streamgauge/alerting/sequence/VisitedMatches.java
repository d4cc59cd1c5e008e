package io.streamgauge.alerting.sequence;

import java.util.AbstractQueue;
import java.util.Iterator;
import java.util.Queue;
import java.util.function.Predicate;
import org.apache.flink.cep.nfa.ComputationState;
import org.jspecify.annotations.Nullable;

/**
 * The partial matches that the automaton is about to visit. It replaces the whole queue when it is
 * done, but before that removes from the old one what is not in the new one, with a search of the
 * new one for each: with a thousand partial matches that is most of its time, for nothing. Here
 * this removal does nothing.
 */
final class VisitedMatches extends AbstractQueue<ComputationState> {

    private final Queue<ComputationState> matches;

    VisitedMatches(Queue<ComputationState> matches) {
        this.matches = matches;
    }

    @Override
    public boolean removeIf(Predicate<? super ComputationState> filter) {
        return false;
    }

    @Override
    public Iterator<ComputationState> iterator() {
        return matches.iterator();
    }

    @Override
    public int size() {
        return matches.size();
    }

    @Override
    public boolean offer(ComputationState match) {
        return matches.offer(match);
    }

    @Override
    public @Nullable ComputationState poll() {
        return matches.poll();
    }

    @Override
    public @Nullable ComputationState peek() {
        return matches.peek();
    }
}
