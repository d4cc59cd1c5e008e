package io.streamgauge.detection;

/** How far a detector may be trusted with a point, or why it has not judged it. */
public enum Phase {
    /** Too few points so far: the score is 0 or cautious. */
    LEARNING("learning"),
    /** Enough of a past to judge by. */
    ACTIVE("active"),
    /** Every value so far was the same: only a departure from it is unusual. */
    CONSTANT("constant"),
    /** The value was not a finite number: neither judged nor learned. */
    INVALID_VALUE("invalid_value"),
    /** The time was not after the last point's: neither judged nor learned. */
    OUT_OF_ORDER("out_of_order");

    private final String wireName;

    Phase(String wireName) {
        this.wireName = wireName;
    }

    /** Name on the wire. */
    public String wireName() {
        return wireName;
    }
}
