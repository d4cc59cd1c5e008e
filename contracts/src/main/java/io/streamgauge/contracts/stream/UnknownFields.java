package io.streamgauge.contracts.stream;

import java.util.Locale;

/** What happens to an event with a field that its stream does not declare. */
public enum UnknownFields {
    /**
     * The event is refused and the field named, so that a misspelt name does not lose its values.
     */
    REJECT,
    /** The event is taken without the field. */
    IGNORE;

    /** Name on the wire. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
