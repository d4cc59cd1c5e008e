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
}
