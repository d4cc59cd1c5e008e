package io.streamgauge.contracts;

import java.util.Optional;
import java.util.UUID;

/**
 * Identifies one stream for as long as it exists. A stream that is deleted and made again under the
 * same name has another id, so that nothing of the old one can reach the new one.
 */
public record StreamId(UUID value) {

    /** Reads an id in its canonical form; empty where the text is anything else. */
    public static Optional<StreamId> parse(String text) {
        if (text.length() != 36) { // UUID.fromString also takes shortened groups
            return Optional.empty();
        }
        try {
            return Optional.of(new StreamId(UUID.fromString(text)));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
