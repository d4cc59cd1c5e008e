package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.InstanceState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Keeps what it is told, and checks that each instance comes to each state once. */
public final class TestSink implements AlertSink {

    public final List<AlertTransition> transitions = new ArrayList<>();
    public final List<String> failures = new ArrayList<>();
    public final Set<UUID> open = new HashSet<>();
    long dropped;
    long refused;
    public final Map<RuleKey, Long> skipped = new TreeMap<>();
    final List<RuleKey> abandoned = new ArrayList<>();

    private final Map<UUID, Set<InstanceState>> states = new HashMap<>();

    @Override
    public void transition(AlertTransition transition) {
        transitions.add(transition);
        Set<InstanceState> before =
                states.computeIfAbsent(transition.instance(), id -> new HashSet<>());
        boolean fits =
                switch (transition.state()) {
                    case PENDING -> before.isEmpty();
                    case FIRING ->
                            !before.contains(InstanceState.RESOLVED)
                                    && !before.contains(InstanceState.DISMISSED);
                    case RESOLVED -> before.contains(InstanceState.FIRING);
                    case DISMISSED ->
                            before.contains(InstanceState.PENDING)
                                    && !before.contains(InstanceState.FIRING);
                };
        if (!fits || !before.add(transition.state())) {
            throw new AssertionError(transition + " after " + before);
        }
    }

    @Override
    public void evaluationFailed(RuleKey rule, String reason) {
        failures.add(reason);
    }

    @Override
    public void evaluationSkipped(RuleKey rule, long until) {
        skipped.merge(rule, 1L, Long::sum);
    }

    @Override
    public void abandoned(RuleInForce rule, long clock) {
        abandoned.add(rule.key());
    }

    @Override
    public void partialMatchesDropped(RuleKey rule, long count) {
        dropped += count;
    }

    @Override
    public void instanceRefused(RuleKey rule) {
        refused++;
    }

    @Override
    public void opened(RuleKey rule, UUID instance) {
        if (!open.add(instance)) {
            throw new AssertionError("opened twice: " + instance);
        }
    }

    @Override
    public void closed(RuleKey rule, UUID instance) {
        if (!open.remove(instance)) {
            throw new AssertionError("not open: " + instance);
        }
    }

    /** Transitions in one line each: key, state, reason, start, time. */
    public List<String> lines() {
        return transitions.stream().map(TestSink::line).toList();
    }

    public static String line(AlertTransition transition) {
        return "%s %s%s since %d at %d"
                .formatted(
                        transition.key(),
                        transition.state().wireName(),
                        transition.reason().map(EndReason::wireName).map(of -> " " + of).orElse(""),
                        transition.startedAt(),
                        transition.at());
    }
}
