package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.alerting.sequence.SequenceFailedException;
import io.streamgauge.alerting.sequence.SequenceMatch;
import io.streamgauge.alerting.sequence.SequenceMatcher;
import io.streamgauge.alerting.sequence.UnreadableStateException;
import io.streamgauge.contracts.alert.AlertLimits;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.InstanceIds;
import io.streamgauge.contracts.alert.InstanceState;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Events in an order. They come in the order of their timestamps; one that is older than what the
 * partial matches have seen is late. Each match, or what ran out of time, is an instance, which
 * fires for a while; those that fire are cells, numbered in the order in which they began, which is
 * that in which they end.
 */
final class SequenceEvaluation extends Evaluation {

    private static final long NONE = Long.MIN_VALUE;
    private static final byte[] NOTHING = {};

    private final SequenceMatchers.OfRule rule;
    private SequenceMatcher<SequenceEvent>.@Nullable State state;
    private byte[] stored = NOTHING;
    private long time = NONE;
    private long late;
    private long firstOpen;
    private long nextOpen;
    private long resolveAt = KeyJudge.NEVER;
    private boolean changed;

    SequenceEvaluation(SequenceMatchers.OfRule rule) {
        this.rule = rule;
    }

    private SequenceMatcher<SequenceEvent>.State state(Judgement judgement) {
        SequenceMatcher<SequenceEvent>.State present = state;
        if (present == null) {
            present = restore(judgement);
            state = present;
        }
        return present;
    }

    private SequenceMatcher<SequenceEvent>.State restore(Judgement judgement) {
        if (stored.length == 0) {
            return rule.matcher().newState();
        }
        try {
            return rule.matcher().fromBytes(stored);
        } catch (UnreadableStateException e) {
            judgement.sink().evaluationFailed(judgement.ruleKey(), "state: " + e.getMessage());
            changed = true;
            time = NONE;
            return rule.matcher().newState();
        }
    }

    @Override
    void onEvent(JudgedEvent event, Judgement judgement) {
        if (event.timestamp() < time) {
            late++;
            changed = true;
            return;
        }
        boolean drains = judgement.inForce().drains();
        if (drains && state(judgement).isEmpty()) {
            return;
        }
        SequenceEvent next =
                new SequenceEvent(
                        event.row(), new InstanceIds.Position(event.partition(), event.offset()));
        match(
                judgement,
                sink -> {
                    if (drains) {
                        state(judgement).stopStarting();
                    }
                    state(judgement).process(next, event.timestamp(), sink);
                    int most = judgement.limits().partialMatches(judgement.ruleKey());
                    int dropped =
                            state(judgement).limit(most, AlertLimits.MAX_SEQUENCE_BYTES, sink);
                    if (dropped > 0) {
                        judgement.sink().partialMatchesDropped(judgement.ruleKey(), dropped);
                    }
                });
        settle(event.timestamp(), judgement);
    }

    /** Works on the automaton; one that fails begins anew. */
    private void match(Judgement judgement, Consumer<Consumer<SequenceMatch<SequenceEvent>>> work) {
        Set<UUID> told = new HashSet<>();
        judgement.work().add((long) Work.PARTIAL_MATCH * state(judgement).partialMatches());
        rule.failures()
                .listen(reason -> judgement.sink().evaluationFailed(judgement.ruleKey(), reason));
        try {
            work.accept(match -> open(match, told, judgement));
        } catch (SequenceFailedException e) {
            judgement.sink().evaluationFailed(judgement.ruleKey(), String.valueOf(e.getMessage()));
            state = rule.matcher().newState();
            changed = true;
        } finally {
            judgement.work().add(Work.CONDITION_EVENT * rule.failures().takeRead());
        }
    }

    private void settle(long timestamp, Judgement judgement) {
        changed |= state(judgement).isChanged();
        if (state(judgement).isEmpty()) {
            forgetMatches();
        } else {
            time = Math.max(time, timestamp);
        }
    }

    /** Without partial matches there is no order to keep. */
    private void forgetMatches() {
        state = null;
        stored = NOTHING;
        time = NONE;
    }

    private void open(SequenceMatch<SequenceEvent> match, Set<UUID> told, Judgement judgement) {
        UUID instance =
                judgement.instance(match.start(), match.timedOut(), MatchEvidence.identity(match));
        if (!told.add(instance)) {
            return; // the automaton can find the same match on two ways
        }
        if (!judgement.limits().mayOpen(judgement.ruleKey())) {
            judgement.sink().instanceRefused(judgement.ruleKey());
            return;
        }
        SortedMap<String, String> annotations =
                judgement.annotations(
                        match.start(),
                        OptionalDouble.empty(),
                        OptionalDouble.empty(),
                        MatchEvidence.rows(match));
        OpenMatch open =
                new OpenMatch(
                        instance,
                        match.start(),
                        match.end(),
                        judgement.clock() + judgement.rule().spec().keepFiringFor().toMillis(),
                        match.timedOut(),
                        annotations);
        judgement.sink().opened(judgement.ruleKey(), instance);
        judgement.tell(
                instance,
                InstanceState.FIRING,
                Optional.empty(),
                open.startedAt(),
                open.firedAt(),
                Optional.of(open.firedAt()),
                annotations,
                MatchEvidence.of(match, judgement.clock(), late));
        judgement.store().putCell(judgement.ruleKey(), nextOpen++, open.toBytes());
        resolveAt = Math.min(resolveAt, open.resolveAt());
        changed = true;
    }

    @Override
    void onDue(Judgement judgement) {
        long eventTime = judgement.clock() - judgement.rule().outOfOrderness();
        OptionalLong expiry = state(judgement).nextExpiry();
        if (expiry.isPresent() && expiry.getAsLong() <= eventTime) {
            match(judgement, sink -> state(judgement).advanceTime(eventTime, sink));
            changed = true;
            settle(eventTime, judgement);
        } else if (isMatching() && forgottenAt(judgement) <= judgement.clock()) {
            forgetMatches();
            changed = true;
        }
        while (resolveAt <= judgement.clock()) {
            resolveFirst(Optional.empty(), judgement);
        }
    }

    private void resolveFirst(Optional<EndReason> reason, Judgement judgement) {
        OpenMatch open = stored(firstOpen, judgement);
        judgement.tell(
                open.instance(),
                InstanceState.RESOLVED,
                Optional.of(reason.orElse(EndReason.RECOVERED)),
                open.startedAt(),
                Math.max(open.firedAt(), reason.isPresent() ? judgement.clock() : open.resolveAt()),
                Optional.of(open.firedAt()),
                open.annotations(),
                MatchEvidence.resolved(open.timedOut(), judgement.clock(), late));
        judgement.sink().closed(judgement.ruleKey(), open.instance());
        judgement.store().removeCells(judgement.ruleKey(), firstOpen, firstOpen + 1);
        firstOpen++;
        resolveAt =
                firstOpen == nextOpen ? KeyJudge.NEVER : stored(firstOpen, judgement).resolveAt();
        changed = true;
    }

    private static OpenMatch stored(long index, Judgement judgement) {
        return judgement
                .store()
                .cell(judgement.ruleKey(), index)
                .map(OpenMatch::fromBytes)
                .orElseThrow(() -> new IllegalStateException("no match: " + index));
    }

    /** The events of some time are missing, and no order can be told across it. */
    @Override
    void resume(long from, Judgement judgement) {
        if (isMatching()) {
            forgetMatches();
            changed = true;
        }
        for (long index = firstOpen; index < nextOpen; index++) {
            OpenMatch open = stored(index, judgement).prolonged(judgement.clock() - from);
            judgement.store().putCell(judgement.ruleKey(), index, open.toBytes());
            resolveAt = index == firstOpen ? open.resolveAt() : resolveAt;
            changed = true;
        }
    }

    @Override
    long nextDue(Judgement judgement) {
        if (!isMatching()) {
            return resolveAt;
        }
        OptionalLong expiry = state(judgement).nextExpiry();
        return Math.min(
                resolveAt,
                expiry.isPresent()
                        ? expiry.getAsLong() + judgement.rule().outOfOrderness()
                        : forgottenAt(judgement));
    }

    /** When partial matches are forgotten that do not run out of time. */
    private long forgottenAt(Judgement judgement) {
        return state(judgement).nextExpiry().isPresent()
                ? KeyJudge.NEVER
                : time
                        + judgement.rule().outOfOrderness()
                        + AlertLimits.SEQUENCE_FORGET_AFTER.toMillis();
    }

    private boolean isMatching() {
        return state != null ? !state.isEmpty() : stored.length > 0;
    }

    @Override
    boolean isOpen() {
        return isMatching() || firstOpen < nextOpen;
    }

    @Override
    boolean isIdle() {
        return !isOpen();
    }

    @Override
    boolean isChanged() {
        return changed;
    }

    @Override
    void end(EndReason reason, Judgement judgement) {
        while (firstOpen < nextOpen) {
            resolveFirst(Optional.of(reason), judgement);
        }
    }

    @Override
    void write(StateWriter out) {
        out.number(firstOpen).number(nextOpen - firstOpen);
        out.number(resolveAt == KeyJudge.NEVER ? 0 : resolveAt);
        out.number(time == NONE ? 0 : 1).number(time == NONE ? 0 : time).number(late);
        out.bytes(state != null ? state.toBytes() : stored);
    }

    static SequenceEvaluation read(SequenceMatchers.OfRule rule, StateReader in) {
        SequenceEvaluation evaluation = new SequenceEvaluation(rule);
        evaluation.firstOpen = in.number();
        evaluation.nextOpen = evaluation.firstOpen + in.number();
        long resolveAt = in.number();
        evaluation.resolveAt =
                evaluation.firstOpen == evaluation.nextOpen ? KeyJudge.NEVER : resolveAt;
        boolean hasTime = in.number() == 1;
        long time = in.number();
        evaluation.time = hasTime ? time : NONE;
        evaluation.late = in.number();
        evaluation.stored = in.bytes();
        return evaluation;
    }

    @Override
    void explain(ObjectNode json, Judgement judgement) {
        long firing = nextOpen - firstOpen;
        json.put("state", firing > 0 ? "firing" : "inactive");
        json.put("firing", firing);
        json.put("lateEvents", late);
        if (time != NONE) {
            Explanation.time(json, "lastEvent", time);
        }
        ObjectNode waiting = json.putObject("partialMatches");
        state(judgement).waiting().forEach(waiting::put);
        state(judgement)
                .nextExpiry()
                .ifPresent(expiry -> Explanation.time(json, "nextExpiry", expiry));
        if (isMatching() && forgottenAt(judgement) != KeyJudge.NEVER) {
            Explanation.time(json, "forgottenAt", forgottenAt(judgement));
        }
        Explanation.unmet(
                json,
                waiting.isEmpty()
                        ? "no event has begun a match (expected: one of the first step)"
                        : "partial matches wait for the steps " + waiting);
    }
}
