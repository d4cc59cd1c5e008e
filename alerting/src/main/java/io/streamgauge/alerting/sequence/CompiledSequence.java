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
        }
    }

    /** Refuses automata that flink-cep compiles although some event would make them fail. */
    private static <T> void requireSound(NFA<BufferedEvent<T>> nfa) {
        Deque<State<BufferedEvent<T>>> open = new ArrayDeque<>();
        for (State<BufferedEvent<T>> state : nfa.getStates()) {
            for (StateTransition<BufferedEvent<T>> transition : state.getStateTransitions()) {
                if (transition.getTargetState() == null) {
                    throw new UnsupportedSequenceException(
                            NFAStateNameHandler.getOriginalNameFromInternal(state.getName()),
                            "greedy with until before a step that may be left out");
                }
            }
            if (state.isStart()) {
                open.push(state);
            }
        }
        // where nothing has to come before it, a step that must not come ends the start itself
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            State<BufferedEvent<T>> state = open.pop();
            if (state.isStop()) {
                throw new UnsupportedSequenceException(
                        state.getName(), "every step before the one that must not come is optional");
            }
            for (StateTransition<BufferedEvent<T>> transition : state.getStateTransitions()) {
                if (transition.getAction() == StateTransitionAction.PROCEED
                        && seen.add(transition.getTargetState().getName())) {
                    open.push(transition.getTargetState());
                }
            }
        }
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
