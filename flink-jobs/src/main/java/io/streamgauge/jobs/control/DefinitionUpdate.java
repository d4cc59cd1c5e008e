package io.streamgauge.jobs.control;

import org.jspecify.annotations.Nullable;

/**
 * A record of the control topic, not yet looked into.
 *
 * @param key says what it is about
 * @param value the definition; null where it is gone
 * @param timestamp of the record, in milliseconds since the epoch
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared
public record DefinitionUpdate(String key, byte @Nullable [] value, long timestamp) {

    /** An update that was always there. */
    public DefinitionUpdate(String key, byte @Nullable [] value) {
        this(key, value, 0);
    }
}
