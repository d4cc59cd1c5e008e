package io.streamgauge.contracts.alert;

import java.util.Locale;

/** Why an instance ended. */
public enum EndReason {
    /** The condition no longer holds; or the time that a match fires is over. */
    RECOVERED,
    /** Another version has taken the place of the one that it belongs to. */
    RULE_CHANGED,
    /** The alert, its stream or its tenant was deleted. */
    RULE_REMOVED,
    /** The alert was paused. */
    RULE_PAUSED,
    /** The key was not heard of for so long that it is no longer known. */
    KEY_FORGOTTEN;

    /** Name on the wire, such as {@code rule-changed}. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
