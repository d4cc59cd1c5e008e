package io.streamgauge.jobs.control;

import org.jspecify.annotations.Nullable;

/**
 * A record of the control topic, not yet looked into.
 *
 * @param key says what it is about
 * @param value the definition; null where it is gone
 */
@SuppressWarnings("ArrayRecordComponent") // bytes in transit; never compared
public record DefinitionUpdate(String key, byte @Nullable [] value) {}
