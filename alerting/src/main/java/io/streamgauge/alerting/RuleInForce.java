package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.AlertVersion;

/**
 * A rule in an interval of the platform's clock, in which it is judged in one way.
 *
 * @param mode in this interval
 * @param since from when on it is judged without a break, draining included. Names the rule's
 *     state: of a version that is taken away and put back, the state from before is not the state
 *     from after.
 * @param until when the interval ends, not included; {@link #OPEN} where no end is known. The same
 *     version may go on after that in another mode.
 * @param revision of the definition that says so
 */
public record RuleInForce(
        CompiledRule rule, AlertVersion.Mode mode, long since, long until, long revision) {

    /** Stands for an end that is not known. */
    public static final long OPEN = Long.MAX_VALUE;

    /** Shorthand for the rule's key. */
    public RuleKey key() {
        return rule.key();
    }

    /** Whether it only finishes what it has begun. */
    public boolean drains() {
        return mode == AlertVersion.Mode.DRAINING;
    }

    /** Whether it is judged beside the active version. */
    public boolean isShadow() {
        return mode == AlertVersion.Mode.SHADOW;
    }
}
