package io.streamgauge.alerting.sequence;

import io.streamgauge.contracts.alert.Condition;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.cep.nfa.NFA;
import org.apache.flink.cep.nfa.State;
import org.apache.flink.cep.nfa.StateTransition;
import org.apache.flink.cep.nfa.StateTransitionAction;
import org.apache.flink.cep.nfa.aftermatch.AfterMatchSkipStrategy;
import org.apache.flink.cep.nfa.compiler.NFACompiler;
import org.apache.flink.cep.nfa.compiler.NFAStateNameHandler;
import org.apache.flink.cep.pattern.MalformedPatternException;
import org.apache.flink.cep.pattern.Pattern;

/**
 * The automaton of a sequence.
 *
 * @param nfa flink-cep's automaton, itself without state
 * @param windowTimes longest time since the previous event, by state
 * @param pendingTime the same for a match that is complete unless something follows; empty where no
 *     match waits for that, 0 where only the time since its first event counts
 * @param states names of the states, sorted
 * @param pages names under which the buffer keeps events: those of the steps, sorted
 * @param fingerprint differs between automata whose states mean different things
 */
record CompiledSequence<T>(
        NFA<BufferedEvent<T>> nfa,
        AfterMatchSkipStrategy skip,
        List<NfaCondition<T>> conditions,
        Map<String, Long> windowTimes,
        Optional<Long> pendingTime,
        List<String> states,
        List<String> pages,
        int fingerprint) {

    /** Name of the states between the rounds of a group; there are others in every circle. */
    private static final String GROUP = "GroupPattern";

    static <T> CompiledSequence<T> of(
            Condition.Sequence sequence, StepConditions<T> conditions, FailureListener failures) {
        SequencePattern<T> translation = new SequencePattern<>(sequence, conditions, failures);
        Pattern<BufferedEvent<T>, ?> pattern = translation.build();
        boolean timeouts = sequence.outcome() != Condition.Outcome.MATCH;
        NFA<BufferedEvent<T>> nfa = compile(pattern, timeouts);
        requireSound(nfa);
        Map<String, Long> windowTimes = CepInternals.windowTimes(nfa);
        List<String> states = nfa.getStates().stream().map(State::getName).sorted().toList();
        return new CompiledSequence<>(
                nfa,
                pattern.getAfterMatchSkipStrategy(),
                translation.conditions(),
                windowTimes,
                nfa.getStates().stream()
                        .filter(State::isPending)
                        .findFirst()
                        .map(state -> windowTimes.getOrDefault(state.getName(), 0L)),
                states,
                states.stream()
                        .map(NFAStateNameHandler::getOriginalNameFromInternal)
                        .distinct()
                        .sorted()
                        .toList(),
                fingerprint(nfa));
    }

    private static <T> NFA<BufferedEvent<T>> compile(
            Pattern<BufferedEvent<T>, ?> pattern, boolean timeouts) {
        try {
            return NFACompiler.compileFactory(pattern, timeouts).createNFA();
        } catch (MalformedPatternException
                | UnsupportedOperationException
                | IllegalArgumentException
                | NullPointerException e) {
            throw new UnsupportedSequenceException(
                    Optional.empty(), String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            // it follows a circle of states that need no event, without looking for one
            throw new UnsupportedSequenceException(
                    Optional.empty(), "a repeated group in which every step may be left out");
        }
    }

    /** Refuses automata that flink-cep compiles although some event would stop them for good. */
    private static <T> void requireSound(NFA<BufferedEvent<T>> nfa) {
        for (State<BufferedEvent<T>> state : nfa.getStates()) {
            for (StateTransition<BufferedEvent<T>> transition : state.getStateTransitions()) {
                if (transition.getTargetState() == null) {
                    throw new UnsupportedSequenceException(
                            NFAStateNameHandler.getOriginalNameFromInternal(state.getName()),
                            "greedy with until before a step that may be left out");
                }
            }
        }
        List<State<BufferedEvent<T>>> inOrder =
                nfa.getStates().stream().sorted(Comparator.comparing(State::getName)).toList();
        for (State<BufferedEvent<T>> state : inOrder) {
            Set<String> reached = reachedWithoutEvent(state);
            if (reached.contains(state.getName()) && !state.getName().startsWith(GROUP)) {
                // it would go round for ever
                throw new UnsupportedSequenceException(
                        NFAStateNameHandler.getOriginalNameFromInternal(state.getName()),
                        "a repeated group in which every step may be left out");
            }
            for (State<BufferedEvent<T>> other : nfa.getStates()) {
                if (state.isStart() && other.isStop() && reached.contains(other.getName())) {
                    // it would end the start itself
                    throw new UnsupportedSequenceException(
                            NFAStateNameHandler.getOriginalNameFromInternal(other.getName()),
                            "must not come, but every step before it may be left out");
                }
            }
        }
    }

    /** The states that the automaton goes on to from another one without taking an event. */
    private static <T> Set<String> reachedWithoutEvent(State<BufferedEvent<T>> from) {
        Set<String> reached = new HashSet<>();
        Deque<State<BufferedEvent<T>>> open = new ArrayDeque<>();
        open.push(from);
        while (!open.isEmpty()) {
            for (StateTransition<BufferedEvent<T>> transition : open.pop().getStateTransitions()) {
                if (transition.getAction() == StateTransitionAction.PROCEED
                        && reached.add(transition.getTargetState().getName())) {
                    open.push(transition.getTargetState());
                }
            }
        }
        return reached;
    }

    private static int fingerprint(NFA<?> nfa) {
        StringBuilder text = new StringBuilder();
        nfa.getStates().stream()
                .sorted(Comparator.comparing(State::getName))
                .forEach(
                        state -> {
                            text.append(state.getName()).append(' ').append(state.getStateType());
                            for (StateTransition<?> transition : state.getStateTransitions()) {
                                text.append(' ')
                                        .append(transition.getAction())
                                        .append(' ')
                                        .append(transition.getTargetState().getName());
                            }
                            text.append('\n');
                        });
        return text.toString().hashCode();
    }
}
