package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.AlertTransition;
import java.util.UUID;

/** Takes what comes of judging the present key. */
public interface AlertSink {

    /** An instance has come to another state. */
    void transition(AlertTransition transition);

    /** A condition had no value for an event; the event counts as one that does not fulfil it. */
    void evaluationFailed(RuleKey rule, String reason);

    /** Partial matches of a sequence were given up, to stay within the tenant's limit. */
    void partialMatchesDropped(RuleKey rule, long count);

    /** An instance was not opened, to stay within the tenant's limit. */
    void instanceRefused(RuleKey rule);

    /**
     * A rule was not asked, to stay within the tenant's budget; what it would have judged does not
     * exist for it.
     *
     * @param until when it is asked again
     */
    default void evaluationSkipped(RuleKey rule, long until) {}

    /**
     * What a rule has open at the present key, and has not ended by itself, is over: what it knew
     * is lost by a mistake of ours.
     */
    default void abandoned(RuleInForce rule, long clock) {}

    /** The present key has an instance more that is pending or firing. */
    void opened(RuleKey rule, UUID instance);

    /** The present key has an instance less that is pending or firing. */
    void closed(RuleKey rule, UUID instance);
}
