package io.streamgauge.contracts.alert;

import java.util.Locale;

/** How urgent an alert is, from the least to the most. */
public enum Severity {
    /** Worth knowing. */
    INFO,
    /** Somebody should look today. */
    WARNING,
    /** Somebody should look now. */
    CRITICAL;

    /** Name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
