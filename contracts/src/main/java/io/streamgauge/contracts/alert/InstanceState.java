package io.streamgauge.contracts.alert;

import java.util.Locale;

/** State of an alert's instance. */
public enum InstanceState {
    /** The condition holds, but not yet for long enough. */
    PENDING,
    FIRING,
    /** It has fired, and does so no longer. */
    RESOLVED,
    /** It was pending, and never fired. */
    DISMISSED;

    /** Name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
