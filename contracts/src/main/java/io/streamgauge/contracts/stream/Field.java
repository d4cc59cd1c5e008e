package io.streamgauge.contracts.stream;

/**
 * One field of a stream's schema.
 *
 * @param name unique in its stream; a letter or underscore, then letters, digits and underscores,
 *     63 at most
 * @param required whether an event without it is refused
 */
public record Field(String name, FieldType type, FieldRole role, boolean required) {}
