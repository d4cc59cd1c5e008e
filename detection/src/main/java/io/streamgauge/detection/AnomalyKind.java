package io.streamgauge.detection;

/** In which way a point is unusual. The wire names are stored and never change. */
public enum AnomalyKind {
    /** Far above what was expected. */
    SPIKE("spike"),
    /** Far below what was expected. */
    DIP("dip"),
    /** The values of late have another mean than those before them. */
    LEVEL_SHIFT("level_shift"),
    /** The mean has moved away from the past's, in no single step. */
    TREND("trend"),
    /** A series that varied stands still. */
    FLATLINE("flatline"),
    /** No value where one was due. */
    MISSING("missing"),
    /** Each measure is usual, their combination is not: only a trained model sees it. */
    COMBINATION("combination");

    private final String wireName;

    AnomalyKind(String wireName) {
        this.wireName = wireName;
    }

    /** Name on the wire. */
    public String wireName() {
        return wireName;
    }

    /**
     * @throws IllegalArgumentException where no kind has this name
     */
    public static AnomalyKind ofWireName(String name) {
        for (AnomalyKind kind : values()) {
            if (kind.wireName.equals(name)) {
                return kind;
            }
        }
        throw new IllegalArgumentException(
                "kind: "
                        + name
                        + " (expected: spike, dip, level_shift, trend, flatline, missing or"
                        + " combination)");
    }
}
