package io.streamgauge.alerting;

import io.streamgauge.contracts.alert.EndReason;

/**
 * A rule is no longer in force.
 *
 * @param rule as it was judged last
 * @param at from when on
 */
record RuleEnd(RuleInForce rule, EndReason reason, long at) {}
