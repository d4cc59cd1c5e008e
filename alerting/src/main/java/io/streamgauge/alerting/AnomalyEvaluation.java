package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.anomaly.AnomalyPoint;

/**
 * Unusual points of a key's series. Only such points are told of, so the condition holds for a
 * while after each, and no longer where no other comes.
 */
final class AnomalyEvaluation extends Evaluation {

    /** For how long an unusual point makes the condition hold; guessed. */
    static final long HOLD_MILLIS = 5 * 60 * 1_000L;

    private static final long NONE = Long.MIN_VALUE;

    private final Condition.Anomaly condition;
    private Lifecycle lifecycle = new Lifecycle();
    private long lastArrival = NONE;
    private long lastTimestamp = NONE;
    private double score;

    AnomalyEvaluation(Condition.Anomaly condition) {
        this.condition = condition;
    }

    @Override
    void onAnomaly(AnomalyPoint point, Judgement judgement) {
        boolean wanted =
                point.score() >= condition.score()
                        && (condition.kinds().isEmpty()
                                || condition.kinds().contains(point.kind()));
        if (!wanted) {
            return;
        }
        lastArrival = judgement.clock();
        lastTimestamp = point.timestamp();
        score = point.score();
        lifecycle.judge(
                Reading.at(lastArrival, 0).withAt(lastTimestamp).withValue(score), true, judgement);
    }

    @Override
    void onDue(Judgement judgement) {
        Reading reading = Reading.at(judgement.clock(), 0);
        if (holdsUntil() <= judgement.clock()) {
            lifecycle.judge(reading, false, judgement);
        } else if (lifecycle.nextTimer(judgement) <= judgement.clock()) {
            lifecycle.remain(reading, judgement);
        }
    }

    private long holdsUntil() {
        return lastArrival + HOLD_MILLIS;
    }

    @Override
    void resume(long from, Judgement judgement) {
        lifecycle.resume(from, judgement.clock());
        lastArrival = Lifecycle.later(lastArrival, from, judgement.clock());
    }

    @Override
    long nextDue(Judgement judgement) {
        long timer = lifecycle.nextTimer(judgement);
        // Once it no longer holds, what is left is the time that it keeps firing for.
        return lifecycle.isRecovering() ? timer : Math.min(timer, holdsUntil());
    }

    @Override
    boolean isOpen() {
        return lifecycle.isOpen();
    }

    @Override
    boolean isIdle() {
        return lifecycle.isClear();
    }

    @Override
    void end(EndReason reason, Judgement judgement) {
        lifecycle.endUnread(reason, Reading.at(judgement.clock(), 0), judgement);
    }

    @Override
    void write(StateWriter out) {
        out.number(lastArrival).number(lastTimestamp - lastArrival).real(score);
        lifecycle.write(out);
    }

    static AnomalyEvaluation read(Condition.Anomaly condition, StateReader in) {
        AnomalyEvaluation evaluation = new AnomalyEvaluation(condition);
        evaluation.lastArrival = in.number();
        evaluation.lastTimestamp = evaluation.lastArrival + in.number();
        evaluation.score = in.real();
        evaluation.lifecycle = Lifecycle.read(in);
        return evaluation;
    }

    @Override
    void explain(ObjectNode json, Judgement judgement) {
        lifecycle.explain(json, judgement);
        if (isIdle()) {
            Explanation.unmet(
                    json,
                    "no unusual point (expected: one with a score of at least %s)"
                            .formatted(Explanation.number(condition.score())));
            return;
        }
        Explanation.time(json, "lastEvent", lastTimestamp);
        json.put("score", score);
    }
}
