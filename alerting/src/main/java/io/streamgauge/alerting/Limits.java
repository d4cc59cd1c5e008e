package io.streamgauge.alerting;

/** What a tenant's policy allows. */
public interface Limits {

    /** No limits but the one on partial matches that bounds a backtest's memory. */
    Limits NONE =
            new Limits() {
                @Override
                public boolean mayOpen(RuleKey rule) {
                    return true;
                }

                @Override
                public int partialMatches(RuleKey rule) {
                    return 10_000;
                }
            };

    /** Whether one more instance of a rule may be opened. */
    boolean mayOpen(RuleKey rule);

    /** Most partial matches of a rule for one key; at least 1. */
    int partialMatches(RuleKey rule);
}
