package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.EndReason;
import java.util.Optional;

/**
 * What happens to a rule at a time of the platform's clock.
 *
 * @param revision of the definition that says so; of an alert that is gone, the last one
 * @param reason why it ends, where it does
 * @param problem why it cannot be judged, where it cannot
 */
public record RuleChange(
        Kind kind,
        RuleKey rule,
        long at,
        long revision,
        Optional<EndReason> reason,
        Optional<String> problem) {

    /** The same at another time. */
    public RuleChange at(long other) {
        return new RuleChange(kind, rule, other, revision, reason, problem);
    }

    /** What happens. */
    public enum Kind {
        /** Judged from now on, or judged on by another revision. */
        IN_FORCE,
        /** No longer judged; what it has open ends. */
        ENDED,
        /** Not judged, since it does not compile here. */
        QUARANTINED
    }
}
