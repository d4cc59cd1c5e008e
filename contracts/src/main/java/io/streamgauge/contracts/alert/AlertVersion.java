package io.streamgauge.contracts.alert;

import java.util.Locale;

/**
 * One version of an alert, as a job runs it.
 *
 * @param number 1 for the first, one more with each change
 */
public record AlertVersion(long number, Mode mode, AlertSpec spec) {

    /** What a version is run for. */
    public enum Mode {
        /** It is the alert. */
        ACTIVE,
        /** It is judged beside the active one; nobody is notified. */
        SHADOW,
        /** It was the active one, and finishes what it has begun. */
        DRAINING;

        /** Name on the wire. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
