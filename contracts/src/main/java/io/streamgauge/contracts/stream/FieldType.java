package io.streamgauge.contracts.stream;

import java.util.Locale;

/** Type of a field's values. */
public enum FieldType {
    /** A JSON number within ±{@value io.streamgauge.contracts.event.EventDecoder#MAX_MAGNITUDE}. */
    NUMBER,
    /** A JSON string. */
    STRING,
    /** {@code true} or {@code false}. */
    BOOLEAN,
    /** An RFC 3339 string, or an integer of milliseconds since the epoch. */
    TIMESTAMP;

    /** Name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
