package io.streamgauge.alerting;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamgauge.contracts.Durations;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.alert.Condition;
import io.streamgauge.contracts.alert.EndReason;
import io.streamgauge.contracts.alert.Evidence.Silence;
import java.time.Duration;

/**
 * A key is silent. Time counts from its last event on, on the platform's clock; not while the
 * platform was blind or the tenant inactive, and, for one key of several, not while its whole
 * stream was silent: that is told by the source's own instance, under the empty key.
 *
 * <p>The time at which it is looked at is not moved with each event, only when it comes.
 */
final class AbsenceEvaluation extends Evaluation {

    private static final long NONE = Long.MIN_VALUE;

    private final long duration;
    private final long forgetAfter;
    private Lifecycle lifecycle = new Lifecycle();
    private long lastHeard = NONE;
    private boolean absent;
    private long checkAt = KeyJudge.NEVER;
    private long forgetAt = KeyJudge.NEVER;
    private boolean forgotten;

    AbsenceEvaluation(Condition.Absence condition) {
        duration = condition.duration().toMillis();
        forgetAfter = condition.forgetAfter().toMillis();
    }

    @Override
    void onEvent(JudgedEvent event, Judgement judgement) {
        if (!isSource(judgement)) {
            heard(event.arrival(), judgement);
        }
    }

    @Override
    void onActivity(Judgement judgement) {
        heard(ActivityLog.activeUntil(judgement.clock()), judgement);
    }

    private void heard(long until, Judgement judgement) {
        if (lastHeard == NONE) {
            checkAt = until + duration;
            forgetAt = until + forgetAfter;
        }
        lastHeard = Math.max(lastHeard, until);
        if (absent) {
            absent = false;
            checkAt = lastHeard + duration;
        }
        lifecycle.judge(reading(judgement), false, judgement);
    }

    /** Whether the empty key stands for the whole stream, and not for the only key. */
    private static boolean isSource(Judgement judgement) {
        return judgement.rule().judgesSource() && judgement.key().equals("{}");
    }

    private Reading reading(Judgement judgement) {
        boolean whole = isSource(judgement) || judgement.rule().groupBy().isEmpty();
        double seconds = Math.max(0, judgement.clock() - lastHeard) / 1_000.0;
        return Reading.at(judgement.clock(), 0)
                .withValue(seconds)
                .withSilence(whole ? Silence.SOURCE : Silence.KEY);
    }

    @Override
    void onDue(Judgement judgement) {
        long clock = judgement.clock();
        if (!absent && checkAt <= clock) {
            long silent = silence(clock, judgement);
            absent = silent >= duration;
            checkAt = clock + Math.max(1, duration - silent);
            if (absent) {
                lifecycle.judge(reading(judgement), true, judgement);
            }
        }
        if (lifecycle.nextTimer(judgement) <= clock) {
            lifecycle.judge(reading(judgement), absent, judgement);
        }
        if (forgetAt <= clock) {
            forgetAt = lastHeard + forgetAfter + blind(clock, judgement);
            if (forgetAt <= clock) {
                lifecycle.end(EndReason.KEY_FORGOTTEN, reading(judgement), judgement);
                forgotten = true;
            }
        }
    }

    private long blind(long clock, Judgement judgement) {
        return deaf(clock, judgement).within(lastHeard, clock);
    }

    /** When, since the last event, the platform was blind or the tenant was not active. */
    private Intervals deaf(long clock, Judgement judgement) {
        Intervals times = new Intervals();
        judgement.hearing().blindTimes().addTo(times, lastHeard, clock);
        judgement
                .hearing()
                .suspensions(judgement.ruleKey().tenant())
                .addTo(times, lastHeard, clock);
        return times;
    }

    /** For how long nothing was heard although something could have been. */
    private long silence(long clock, Judgement judgement) {
        Intervals excluded = deaf(clock, judgement);
        if (judgement.rule().judgesSource() && !isSource(judgement)) {
            StreamId stream =
                    judgement.rule().definition().stream()
                            .orElseThrow(() -> new IllegalStateException("absence of no stream"));
            judgement
                    .hearing()
                    .activity(judgement.ruleKey().tenant(), stream)
                    .ifPresent(
                            log ->
                                    log.addGapsTo(
                                            excluded,
                                            lastHeard,
                                            clock,
                                            ActivityLog.leastGapOf(duration)));
        }
        return Math.max(0, clock - lastHeard) - excluded.within(lastHeard, clock);
    }

    @Override
    void resume(long from, Judgement judgement) {
        // The silence itself is told from the suspension where it is looked at.
        lifecycle.resume(from, judgement.clock());
    }

    /** What was missed may have been an event: it was not silent then. */
    @Override
    void missed(long from, Judgement judgement) {
        resume(from, judgement);
        lastHeard = Lifecycle.later(lastHeard, from, judgement.clock());
    }

    @Override
    long nextDue(Judgement judgement) {
        long next = Math.min(forgetAt, lifecycle.nextTimer(judgement));
        return absent ? next : Math.min(next, checkAt);
    }

    @Override
    boolean isOpen() {
        return lifecycle.isOpen();
    }

    @Override
    boolean isIdle() {
        return forgotten || lastHeard == NONE;
    }

    @Override
    void end(EndReason reason, Judgement judgement) {
        lifecycle.end(reason, reading(judgement), judgement);
    }

    @Override
    void write(StateWriter out) {
        out.number(absent ? 1 : 0).number(lastHeard);
        out.number(checkAt - lastHeard).number(forgetAt - lastHeard);
        lifecycle.write(out);
    }

    static AbsenceEvaluation read(Condition.Absence condition, StateReader in) {
        AbsenceEvaluation evaluation = new AbsenceEvaluation(condition);
        evaluation.absent = in.number() == 1;
        evaluation.lastHeard = in.number();
        evaluation.checkAt = evaluation.lastHeard + in.number();
        evaluation.forgetAt = evaluation.lastHeard + in.number();
        evaluation.lifecycle = Lifecycle.read(in);
        return evaluation;
    }

    @Override
    void explain(ObjectNode json, Judgement judgement) {
        lifecycle.explain(json, judgement);
        if (isIdle()) {
            return;
        }
        Explanation.time(json, "lastEvent", lastHeard);
        Explanation.time(json, "forgottenAt", forgetAt);
        if (absent) {
            return;
        }
        long silent = silence(judgement.clock(), judgement);
        long excluded = Math.max(0, judgement.clock() - lastHeard) - silent;
        json.put("silentMillis", silent);
        if (excluded > 0) {
            json.put("excludedMillis", excluded);
        }
        Explanation.unmet(
                json,
                "silent for %s%s (expected: %s)"
                        .formatted(
                                Durations.format(Duration.ofMillis(silent)),
                                excluded > 0
                                        ? ", not counting %s in which the platform or the whole stream was not heard"
                                                .formatted(
                                                        Durations.format(
                                                                Duration.ofMillis(excluded)))
                                        : "",
                                Durations.format(Duration.ofMillis(duration))));
    }
}
