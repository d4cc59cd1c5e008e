package io.streamgauge.client;

import java.util.Optional;

/**
 * How an alert is made or changed.
 *
 * @param dryRun whether everything but the saving is done
 * @param etag of the alert that is replaced; where empty, the alert is looked up first
 * @param note for the history of its versions
 * @param onChange what becomes of what the version before had under way
 */
public record ConfigureOptions(
        boolean dryRun, Optional<String> etag, Optional<String> note, Optional<OnChange> onChange) {

    /** With nothing out of the ordinary. */
    public static final ConfigureOptions DEFAULT =
            new ConfigureOptions(false, Optional.empty(), Optional.empty(), Optional.empty());

    /** What becomes of what is under way when an alert changes. */
    public enum OnChange {
        /** It is dropped. */
        RESET("reset"),
        /** It is judged to its end by the version that it began with. */
        DRAIN("drain");

        private final String wireName;

        OnChange(String wireName) {
            this.wireName = wireName;
        }

        String wireName() {
            return wireName;
        }
    }

    /** The same without saving. */
    public ConfigureOptions withDryRun() {
        return new ConfigureOptions(true, etag, note, onChange);
    }

    /** The same for just one revision of the alert. */
    public ConfigureOptions withEtag(String tag) {
        return new ConfigureOptions(dryRun, Optional.of(tag), note, onChange);
    }

    /** The same with a note. */
    public ConfigureOptions withNote(String text) {
        return new ConfigureOptions(dryRun, etag, Optional.of(text), onChange);
    }

    /** The same with a wish for what is under way. */
    public ConfigureOptions withOnChange(OnChange wish) {
        return new ConfigureOptions(dryRun, etag, note, Optional.of(wish));
    }
}
