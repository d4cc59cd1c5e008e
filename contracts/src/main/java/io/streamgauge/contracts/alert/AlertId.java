package io.streamgauge.contracts.alert;

import java.util.Optional;
import java.util.UUID;

/**
 * Identifies one alert for as long as it exists, through all its versions. An alert that is deleted
 * and made again under the same name has another id.
 */
public record AlertId(UUID value) {

    /** Reads an id in its canonical form; empty where the text is anything else. */
    public static Optional<AlertId> parse(String text) {
        if (text.length() != 36) { // UUID.fromString also takes shortened groups
            return Optional.empty();
        }
        try {
            return Optional.of(new AlertId(UUID.fromString(text)));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
