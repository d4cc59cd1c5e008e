package io.streamgauge.alerting.backtest;

import io.streamgauge.alerting.ActivityLog;
import io.streamgauge.alerting.AlertSink;
import io.streamgauge.alerting.BlindTimes;
import io.streamgauge.alerting.EvaluationBudget;
import io.streamgauge.alerting.Hearing;
import io.streamgauge.alerting.JudgedEvent;
import io.streamgauge.alerting.KeyJudge;
import io.streamgauge.alerting.Limits;
import io.streamgauge.alerting.MemberSignal;
import io.streamgauge.alerting.MemoryKeyStore;
import io.streamgauge.alerting.RuleBook;
import io.streamgauge.alerting.RuleChange;
import io.streamgauge.alerting.RuleInForce;
import io.streamgauge.alerting.RuleKey;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.AlertTransition;
import io.streamgauge.contracts.alert.InstanceState;
import io.streamgauge.contracts.expression.EvaluationException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/**
 * The whole of alerting on the heap: events of one tenant to the judges of their keys, and what
 * those find to the composites, in the order of the platform's clock. What happens at one time
 * happens in this order: rules end, events are judged, what is due is done, composites last.
 *
 * <p>For one thread. Slow where there are many keys and little happens, for nothing is indexed but
 * the times that keys are due at.
 */
public final class Replay {

    private final TenantId tenant;
    private final RuleBook book;
    private final AlertSink sink;
    private final KeyJudge judge;
    private final BlindTimes blind = new BlindTimes();
    private final Map<StreamId, ActivityLog> activity = new HashMap<>();
    private final Map<StreamId, Long> activeUntil = new HashMap<>();
    private final SortedMap<ReplayKey, MemoryKeyStore> stores = new TreeMap<>();
    private final TreeMap<Long, SortedMap<ReplayKey, Boolean>> agenda = new TreeMap<>();
    private final Map<ReplayKey, Long> dues = new HashMap<>();
    private final Map<RuleKey, SortedMap<ReplayKey, Integer>> open = new HashMap<>();

    /** Of the keys' hashes: a key that is idle is not kept for being counted. */
    private final Set<Integer> seen = new HashSet<>();

    private final List<AlertTransition> signals = new ArrayList<>();
    private ReplayKey present = ReplayKey.NONE;
    private long clock = Long.MIN_VALUE;
    private long judged;

    /** A replay by the rules of a book, which may still be added to for times to come. */
    public Replay(TenantId tenant, RuleBook book, Limits limits, AlertSink sink) {
        this(tenant, book, limits, EvaluationBudget.UNLIMITED, sink);
    }

    /** A replay in which rules may cost so much. */
    public Replay(
            TenantId tenant,
            RuleBook book,
            Limits limits,
            EvaluationBudget budget,
            AlertSink sink) {
        this.tenant = tenant;
        this.book = book;
        this.sink = sink;
        this.judge = new KeyJudge(book, limits, new Heard(), new Collector(), budget);
    }

    /** The platform was blind. To be told before the clock passes the end. */
    public void blind(long from, long to) {
        blind.add(from, to);
    }

    /** The next event, by arrival, then partition, then offset. */
    public void event(BacktestEvent event) {
        advance(event.arrival() - 1);
        change(event.arrival());
        List<RuleInForce> inForce = book.rules(tenant, event.stream(), event.arrival());
        Map<List<String>, List<RuleInForce>> wanted = new LinkedHashMap<>();
        for (RuleInForce rule : inForce) {
            if (wants(rule, event)) {
                wanted.computeIfAbsent(rule.rule().groupBy(), of -> new ArrayList<>()).add(rule);
            }
        }
        judged += wanted.isEmpty() ? 0 : 1;
        activity(event, inForce);
        wanted.forEach(
                (groupBy, rules) -> {
                    ReplayKey key = ReplayKey.of(event.stream(), groupBy, event.row().key(groupBy));
                    seen.add(key.hashCode());
                    select(key);
                    judge.onEvent(
                            new JudgedEvent(
                                    event.row(),
                                    event.arrival(),
                                    event.partition(),
                                    event.offset(),
                                    rules));
                    leave();
                });
    }

    private boolean wants(RuleInForce rule, BacktestEvent event) {
        try {
            return rule.rule().interest().test(event.row());
        } catch (EvaluationException e) {
            sink.evaluationFailed(rule.key(), String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void activity(BacktestEvent event, List<RuleInForce> inForce) {
        long until = ActivityLog.activeUntil(event.arrival());
        if (activeUntil.getOrDefault(event.stream(), Long.MIN_VALUE) >= until
                && activity.containsKey(event.stream())) {
            return;
        }
        Map<List<String>, List<RuleInForce>> sources = new LinkedHashMap<>();
        for (RuleInForce rule : inForce) {
            if (rule.rule().judgesSource()) {
                sources.computeIfAbsent(rule.rule().groupBy(), of -> new ArrayList<>()).add(rule);
            }
        }
        if (sources.isEmpty()) {
            return;
        }
        activeUntil.put(event.stream(), until);
        activity.computeIfAbsent(
                        event.stream(), of -> new ActivityLog(ActivityLog.LEAST_GAP_MILLIS))
                .add(event.arrival());
        sources.forEach(
                (groupBy, rules) -> {
                    select(ReplayKey.source(event.stream(), groupBy));
                    judge.onActivity(event.arrival(), rules);
                    leave();
                });
    }

    /** Nothing more comes up to and including a time of the clock. */
    public void advance(long to) {
        advance(to, () -> false);
    }

    /**
     * As {@link #advance(long)}, a step at a time.
     *
     * @param enough asked before each step
     * @return up to when everything that was due is done: {@code to}, or less where it was enough
     */
    long advance(long to, BooleanSupplier enough) {
        while (true) {
            long next =
                    Math.min(
                            book.nextChange(),
                            agenda.isEmpty() ? Long.MAX_VALUE : agenda.firstKey());
            if (next > to || next == Long.MAX_VALUE) {
                break;
            }
            if (enough.getAsBoolean()) {
                return next - 1;
            }
            change(next);
            runDue(next);
        }
        clock = Math.max(clock, to);
        change(clock);
        book.forget(clock);
        return to;
    }

    private void runDue(long at) {
        while (!agenda.isEmpty() && agenda.firstKey() <= at) {
            // Composites come last in the order of keys, after all that they are made of.
            select(agenda.firstEntry().getValue().firstKey());
            judge.advance(at);
            leave();
        }
    }

    private void change(long at) {
        for (RuleChange change : book.advance(at)) {
            if (change.kind() != RuleChange.Kind.ENDED || change.reason().isEmpty()) {
                continue;
            }
            for (ReplayKey key :
                    List.copyOf(open.getOrDefault(change.rule(), new TreeMap<>()).keySet())) {
                select(key);
                judge.ruleEnded(change.rule(), change.reason().get(), change.at());
                leave();
            }
        }
    }

    private void select(ReplayKey key) {
        present = key;
        judge.select(key.values(), stores.computeIfAbsent(key, of -> new MemoryKeyStore()));
    }

    private void leave() {
        reschedule(present, judge.nextDue());
        MemoryKeyStore store = stores.get(present);
        if (store != null && store.isEmpty()) {
            stores.remove(present);
        }
        if (!signals.isEmpty()) {
            List<AlertTransition> told = List.copyOf(signals);
            signals.clear();
            told.forEach(this::tellComposites);
        }
    }

    private void reschedule(ReplayKey key, long due) {
        Long before = due == KeyJudge.NEVER ? dues.remove(key) : dues.put(key, due);
        if (before != null && before != due) {
            SortedMap<ReplayKey, Boolean> at = agenda.get(before);
            if (at != null) {
                at.remove(key);
                if (at.isEmpty()) {
                    agenda.remove(before);
                }
            }
        }
        if (due != KeyJudge.NEVER && (before == null || before != due)) {
            agenda.computeIfAbsent(due, of -> new TreeMap<>()).put(key, true);
        }
    }

    private void tellComposites(AlertTransition transition) {
        long at = transition.evidence().clock();
        List<RuleInForce> rules = book.composites(tenant, transition.alert(), at);
        Map<List<String>, List<RuleInForce>> byGroup = new LinkedHashMap<>();
        rules.forEach(
                rule ->
                        byGroup.computeIfAbsent(rule.rule().groupBy(), of -> new ArrayList<>())
                                .add(rule));
        MemberSignal signal =
                new MemberSignal(
                        transition.alert(),
                        transition.instance(),
                        transition.state() == InstanceState.FIRING,
                        at);
        byGroup.forEach(
                (groupBy, of) -> {
                    select(ReplayKey.composite(groupBy, transition.key()));
                    judge.onMember(signal, of);
                    leave();
                });
    }

    /** How many events mattered to a rule. */
    public long judged() {
        return judged;
    }

    /** How many combinations of dimensions' values were judged. */
    public int keysSeen() {
        return seen.size();
    }

    /** How many keys something is remembered of. */
    public int keys() {
        return stores.size();
    }

    /** How many bytes are remembered. */
    public long bytes() {
        return stores.values().stream().mapToLong(MemoryKeyStore::bytes).sum();
    }

    private final class Heard implements Hearing {

        @Override
        public BlindTimes blindTimes() {
            return blind;
        }

        @Override
        public Optional<ActivityLog> activity(TenantId of, StreamId stream) {
            return Optional.ofNullable(activity.get(stream));
        }
    }

    /** Passes on, and keeps what composites are told of and which keys have something open. */
    private final class Collector implements AlertSink {

        @Override
        public void transition(AlertTransition transition) {
            sink.transition(transition);
            boolean counts =
                    transition.state() == InstanceState.FIRING
                            || transition.state() == InstanceState.RESOLVED;
            if (counts && !transition.shadow() && transition.stream().isPresent()) {
                signals.add(transition);
            }
        }

        @Override
        public void evaluationFailed(RuleKey rule, String reason) {
            sink.evaluationFailed(rule, reason);
        }

        @Override
        public void evaluationSkipped(RuleKey rule, long until) {
            sink.evaluationSkipped(rule, until);
        }

        @Override
        public void abandoned(RuleInForce rule, long clock) {
            sink.abandoned(rule, clock);
        }

        @Override
        public void partialMatchesDropped(RuleKey rule, long count) {
            sink.partialMatchesDropped(rule, count);
        }

        @Override
        public void instanceRefused(RuleKey rule) {
            sink.instanceRefused(rule);
        }

        @Override
        public void opened(RuleKey rule, UUID instance) {
            open.computeIfAbsent(rule, of -> new TreeMap<>()).merge(present, 1, Integer::sum);
            sink.opened(rule, instance);
        }

        @Override
        public void closed(RuleKey rule, UUID instance) {
            SortedMap<ReplayKey, Integer> keys = open.get(rule);
            if (keys != null) {
                keys.computeIfPresent(present, (key, count) -> count == 1 ? null : count - 1);
                if (keys.isEmpty()) {
                    open.remove(rule);
                }
            }
            sink.closed(rule, instance);
        }
    }
}
