package io.streamgauge.alerting;

/**
 * What rules may cost. A judge counts work, in units of its own and not in time, so that the same
 * events cost the same wherever and whenever they are judged. For one thread; times do not go back.
 */
public interface EvaluationBudget {

    /** No limit. */
    EvaluationBudget UNLIMITED =
            new EvaluationBudget() {
                @Override
                public long suspendedUntil(RuleKey rule, long clock) {
                    return clock;
                }

                @Override
                public void spent(RuleKey rule, long clock, long units) {}
            };

    /**
     * Until when a rule judges nothing, since too much was spent; the clock or less where it may
     * judge.
     */
    long suspendedUntil(RuleKey rule, long clock);

    /** A rule has judged something. */
    void spent(RuleKey rule, long clock, long units);

    /**
     * When the last time began, at the clock or before, in which a rule was not told of events
     * since it cost too much to find out whether they matter to it; 0 where there was none. What a
     * key knows is named by it.
     */
    default long lastMissed(RuleKey rule, long clock) {
        return 0;
    }

    /**
     * When the first such time began after another one; {@link KeyJudge#NEVER} where there was
     * none.
     *
     * @param known a {@link #lastMissed}
     */
    default long missedSince(RuleKey rule, long known, long clock) {
        return KeyJudge.NEVER;
    }
}
