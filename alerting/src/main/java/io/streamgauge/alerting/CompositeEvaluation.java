package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.AlertId;
import io.streamgauge.contracts.alert.EndReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Other alerts fire for the key, or for keys that it contains. Firing instances are cells, so that
 * one that is told of twice counts once. What members do at one time is looked at together, when
 * all of it is known.
 */
final class CompositeEvaluation extends Evaluation {

    private final CompositeCondition condition;
    private final long[] firing;
    private Lifecycle lifecycle = new Lifecycle();
    private boolean holds;
    private long lookAt = KeyJudge.NEVER;

    CompositeEvaluation(CompositeCondition condition) {
        this.condition = condition;
        this.firing = new long[condition.members().size()];
    }

    @Override
    void onMember(MemberSignal signal, Judgement judgement) {
        int member = condition.members().indexOf(signal.alert());
        if (member < 0) {
            return;
        }
        // 63 bits of a hash are enough to tell the instances of one key apart.
        long cell =
                (signal.instance().getMostSignificantBits()
                                ^ Long.rotateLeft(signal.instance().getLeastSignificantBits(), 17))
                        >>> 1;
        Optional<byte[]> known = judgement.store().cell(judgement.ruleKey(), cell);
        if (known.isPresent() == signal.firing()) {
            return;
        }
        if (signal.firing()) {
            judgement.store().putCell(judgement.ruleKey(), cell, new byte[] {(byte) member});
            firing[member]++;
        } else {
            judgement.store().removeCells(judgement.ruleKey(), cell, cell + 1);
            firing[member]--;
        }
        lookAt = Math.min(lookAt, judgement.clock());
    }

    private List<AlertId> firing() {
        List<AlertId> alerts = new ArrayList<>();
        for (int i = 0; i < firing.length; i++) {
            if (firing[i] > 0) {
                alerts.add(condition.members().get(i));
            }
        }
        return alerts;
    }

    @Override
    void onDue(Judgement judgement) {
        boolean look = lookAt <= judgement.clock();
        if (look) {
            lookAt = KeyJudge.NEVER;
            holds = condition.holds(firing());
        }
        if (look || lifecycle.nextTimer(judgement) <= judgement.clock()) {
            lifecycle.judge(reading(judgement), holds, judgement);
        }
    }

    private Reading reading(Judgement judgement) {
        return Reading.at(judgement.clock(), 0).withMembers(firing());
    }

    @Override
    void resume(long from, Judgement judgement) {
        lifecycle.resume(from, judgement.clock());
    }

    @Override
    long nextDue(Judgement judgement) {
        return Math.min(lookAt, lifecycle.nextTimer(judgement));
    }

    @Override
    boolean isOpen() {
        return lifecycle.isOpen();
    }

    @Override
    boolean isIdle() {
        return lookAt == KeyJudge.NEVER && lifecycle.isClear() && firing().isEmpty();
    }

    @Override
    void end(EndReason reason, Judgement judgement) {
        lifecycle.end(reason, reading(judgement), judgement);
    }

    @Override
    void write(StateWriter out) {
        out.number(holds ? 1 : 0).number(lookAt == KeyJudge.NEVER ? 0 : lookAt);
        out.number(firing.length);
        for (long count : firing) {
            out.number(count);
        }
        lifecycle.write(out);
    }

    static CompositeEvaluation read(CompositeCondition condition, StateReader in) {
        CompositeEvaluation evaluation = new CompositeEvaluation(condition);
        evaluation.holds = in.number() == 1;
        long lookAt = in.number();
        evaluation.lookAt = lookAt == 0 ? KeyJudge.NEVER : lookAt;
        int members = in.integer();
        for (int i = 0; i < members; i++) {
            long count = in.number();
            if (i < evaluation.firing.length) {
                evaluation.firing[i] = count;
            }
        }
        evaluation.lifecycle = Lifecycle.read(in);
        return evaluation;
    }

    @Override
    void explain(ObjectNode json, Judgement judgement) {
        lifecycle.explain(json, judgement);
        List<AlertId> firing = firing();
        var members = json.putArray("firingMembers");
        firing.forEach(member -> members.add(member.toString()));
        if (condition.holds(firing)) {
            return;
        }
        List<AlertId> missing =
                condition.all().stream().filter(member -> !firing.contains(member)).toList();
        List<AlertId> unwanted = condition.none().stream().filter(firing::contains).toList();
        String words =
                !missing.isEmpty()
                        ? "not firing: " + missing + " (expected: all)"
                        : !unwanted.isEmpty()
                                ? "firing: " + unwanted + " (expected: none)"
                                : "firing: none of " + condition.any() + " (expected: one)";
        Explanation.unmet(json, words);
    }
}
