package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.anomaly.AnomalyPoint;

/**
 * What one rule knows of one key, for as long as it takes to judge something. Read from bytes
 * before, written to bytes after.
 */
abstract class Evaluation {

    /** An event, in the order of arrival; or of timestamps, where the rule wants that. */
    void onEvent(JudgedEvent event, Judgement judgement) {
        throw new IllegalStateException("not judged by events: " + judgement.ruleKey());
    }

    /** The stream as a whole had an event. */
    void onActivity(Judgement judgement) {
        throw new IllegalStateException("not judged by its source: " + judgement.ruleKey());
    }

    /** An unusual point. */
    void onAnomaly(AnomalyPoint point, Judgement judgement) {
        throw new IllegalStateException("not judged by anomalies: " + judgement.ruleKey());
    }

    /** Another alert's instance. */
    void onMember(MemberSignal signal, Judgement judgement) {
        throw new IllegalStateException("not judged by alerts: " + judgement.ruleKey());
    }

    /** Does what is due at the moment. It is not due then any more, or does something each time. */
    abstract void onDue(Judgement judgement);

    /**
     * Since a time nothing was judged, and from the moment on it is again: what takes time takes so
     * much more.
     */
    abstract void resume(long from, Judgement judgement);

    /**
     * Since a time it missed what happened, although its tenant was active. As {@link #resume}, but
     * {@link Hearing} knows nothing of it.
     */
    void missed(long from, Judgement judgement) {
        resume(from, judgement);
    }

    /** When it is due next; {@link KeyJudge#NEVER} if never. */
    abstract long nextDue(Judgement judgement);

    /** Whether an instance is pending or firing, or something else is not yet finished. */
    abstract boolean isOpen();

    /** Whether there is nothing to remember. */
    abstract boolean isIdle();

    /** Whether it differs from what was read. */
    boolean isChanged() {
        return true;
    }

    /** Ends what is open, at the moment. */
    abstract void end(EndReason reason, Judgement judgement);

    abstract void write(StateWriter out);

    /** Says what it knows, and why it does not fire. */
    abstract void explain(ObjectNode json, Judgement judgement);
}
