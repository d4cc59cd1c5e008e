package io.streamgauge.contracts.stream;

import java.util.Locale;

/** What a field is for. */
public enum FieldRole {
    /** When the event happened. At most one field; without one, the time of arrival counts. */
    TIMESTAMP,
    /** Part of the series' identity: events are grouped by it. */
    DIMENSION,
    /** A number that is aggregated. */
    MEASURE,
    /** Seen by alert conditions only. */
    ATTRIBUTE;

    /** Name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
