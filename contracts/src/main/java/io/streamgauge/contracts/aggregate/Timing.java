package io.streamgauge.contracts.aggregate;

/** When, relative to its window, a result was computed. */
public enum Timing {
    /** The window is still open: the statistics so far. Sent live, never stored. */
    EARLY("early"),
    /** The window closed: its first complete result. */
    ON_TIME("on-time"),
    /** A correction by events within the allowed lateness. */
    LATE("late");

    private final String wireName;

    Timing(String wireName) {
        this.wireName = wireName;
    }

    /** Name on the wire. */
    public String wireName() {
        return wireName;
    }

    /**
     * @throws IllegalArgumentException where no timing has this name
     */
    public static Timing ofWireName(String name) {
        for (Timing timing : values()) {
            if (timing.wireName.equals(name)) {
                return timing;
            }
        }
        throw new IllegalArgumentException(
                "timing: " + name + " (expected: early, on-time or late)");
    }
}
