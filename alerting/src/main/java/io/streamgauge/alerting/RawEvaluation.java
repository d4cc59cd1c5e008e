package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.InstanceIds;

/**
 * A threshold on each event's own value, in the order of arrival. A value holds until the next one.
 * Events that are older than the last one are late, and not judged; after some time without events
 * the last one is forgotten, and with it the order, where nothing is open.
 *
 * <p>Durations are measured on the platform's clock. A transition that an event decides has the
 * event's time.
 */
final class RawEvaluation extends Evaluation {

    /** At least for how long the last event is remembered; guessed. */
    private static final long LEAST_RETENTION = 60_000;

    private final Condition.Threshold condition;
    private final Condition.Subject.Raw subject;
    private Lifecycle lifecycle = new Lifecycle();
    private long lastTimestamp = Long.MIN_VALUE;
    private long lastArrival = Long.MIN_VALUE;
    private double lastValue;
    private long cleanAt = KeyJudge.NEVER;
    private long late;
    private boolean forgotten;

    RawEvaluation(Condition.Threshold condition, Condition.Subject.Raw subject) {
        this.condition = condition;
        this.subject = subject;
    }

    @Override
    void onEvent(JudgedEvent event, Judgement judgement) {
        double value = event.row().measure(subject.measure());
        if (Double.isNaN(value)) {
            return;
        }
        long timestamp = event.timestamp();
        if (timestamp < lastTimestamp) {
            late++;
            return;
        }
        lastTimestamp = timestamp;
        lastArrival = event.arrival();
        lastValue = value;
        if (cleanAt == KeyJudge.NEVER || cleanAt <= lastArrival) {
            cleanAt = lastArrival + retention(judgement);
        }
        lifecycle.judge(
                Reading.at(event.arrival(), late).withAt(timestamp).withValue(value),
                condition.comparison().holds(value, level()),
                judgement,
                new InstanceIds.Position(event.partition(), event.offset()));
    }

    private double level() {
        return lifecycle.isFiring()
                ? condition.recovery().orElse(condition.level())
                : condition.level();
    }

    private static long retention(Judgement judgement) {
        return Math.max(LEAST_RETENTION, judgement.rule().retention());
    }

    @Override
    void onDue(Judgement judgement) {
        if (lifecycle.nextTimer(judgement) <= judgement.clock()) {
            lifecycle.remain(Reading.at(judgement.clock(), late), judgement);
        }
        if (!lifecycle.isOpen() && cleanAt <= judgement.clock()) {
            long end = lastArrival + retention(judgement);
            forgotten = end <= judgement.clock();
            cleanAt = end;
        }
    }

    @Override
    void resume(long from, Judgement judgement) {
        lifecycle.resume(from, judgement.clock());
    }

    @Override
    long nextDue(Judgement judgement) {
        return lifecycle.isOpen() ? lifecycle.nextTimer(judgement) : cleanAt;
    }

    @Override
    boolean isOpen() {
        return lifecycle.isOpen();
    }

    @Override
    boolean isIdle() {
        return forgotten || lastArrival == Long.MIN_VALUE;
    }

    @Override
    void end(EndReason reason, Judgement judgement) {
        lifecycle.endUnread(reason, Reading.at(judgement.clock(), late), judgement);
    }

    @Override
    void write(StateWriter out) {
        out.number(lastTimestamp).number(lastArrival - lastTimestamp).real(lastValue);
        out.number(cleanAt - lastArrival).number(late);
        lifecycle.write(out);
    }

    static RawEvaluation read(
            Condition.Threshold condition, Condition.Subject.Raw subject, StateReader in) {
        RawEvaluation evaluation = new RawEvaluation(condition, subject);
        evaluation.lastTimestamp = in.number();
        evaluation.lastArrival = evaluation.lastTimestamp + in.number();
        evaluation.lastValue = in.real();
        evaluation.cleanAt = evaluation.lastArrival + in.number();
        evaluation.late = in.number();
        evaluation.lifecycle = Lifecycle.read(in);
        return evaluation;
    }

    @Override
    void explain(ObjectNode json, Judgement judgement) {
        lifecycle.explain(json, judgement);
        if (isIdle()) {
            return;
        }
        Explanation.time(json, "lastEvent", lastTimestamp);
        json.put("value", lastValue);
        json.put("lateEvents", late);
        Explanation.comparison(json, subject.measure(), lastValue, condition.comparison(), level());
    }
}
