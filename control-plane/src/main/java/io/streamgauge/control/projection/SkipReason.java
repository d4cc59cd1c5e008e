package io.streamgauge.control.projection;

import java.util.Locale;

/** Why a result was not stored. */
public enum SkipReason {
    /** It is not what the codec reads. */
    MALFORMED,
    /** An event that was rejected before it was known whose it was. */
    UNATTRIBUTED,
    /** Its time is so far from now that it would get a partition of its own. */
    OUT_OF_RANGE,
    /** Its stream does not exist any more. */
    STREAM_GONE,
    /** Its alert does not exist any more, and no instance that it would end. */
    ALERT_GONE,
    /** PostgreSQL takes everything else, and refuses this. */
    REFUSED;

    /** Name in metrics. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
