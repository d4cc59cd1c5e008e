package io.streamgauge.contracts.rejection;

/** Why an event was not counted. */
public enum RejectionReason {
    /** Its windows had closed, and the allowed lateness had passed. */
    LATE("late"),
    /** Its timestamp is further in the future than the platform tolerates. */
    FUTURE("future"),
    /** It does not fit its stream's schema. */
    INVALID("invalid"),
    /** Nobody declared its stream, or its stream is gone. */
    UNKNOWN_STREAM("unknown-stream"),
    /** The record lacks the headers that say whose it is, or they are malformed. */
    UNADDRESSED("unaddressed"),
    /** Its tenant is switched off. */
    TENANT_INACTIVE("tenant-inactive"),
    /** It would have opened one series more than its stream may have. */
    SERIES_LIMIT("series-limit");

    private final String wireName;

    RejectionReason(String wireName) {
        this.wireName = wireName;
    }

    /** Name on the wire. */
    public String wireName() {
        return wireName;
    }

    /**
     * @throws IllegalArgumentException where no reason has this name
     */
    public static RejectionReason ofWireName(String name) {
        for (RejectionReason reason : values()) {
            if (reason.wireName.equals(name)) {
                return reason;
            }
        }
        throw new IllegalArgumentException("reason: " + name + " (expected: a rejection reason)");
    }
}
