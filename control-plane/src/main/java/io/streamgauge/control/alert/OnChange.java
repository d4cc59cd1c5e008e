package io.streamgauge.control.alert;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What becomes of what a version has begun when another one takes its place. */
enum OnChange {
    /** It ends at once. */
    RESET,
    /** The version finishes it, and begins nothing new. */
    DRAIN;

    /** Name in requests. */
    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty where nothing has this name. */
    static Optional<OnChange> ofWireName(String name) {
        return Arrays.stream(values()).filter(it -> it.wireName().equals(name)).findFirst();
    }
}
