package io.streamgauge.alerting;

/**
 * Counts what a rule's judging costs. A unit is about a microsecond of the machine of {@code
 * docs/performance.md}; what it is worth elsewhere does not matter, as long as the dear things cost
 * more than the cheap ones. For one thread.
 */
final class Work {

    /** Judging anything: its state is read and written. Measured. */
    static final int EVALUATION = 20;

    /** A partial match that an event is compared with. Measured. */
    static final int PARTIAL_MATCH = 5;

    /** An event that a condition looks at: its own, or one of an earlier step. */
    static final int CONDITION_EVENT = 1;

    /** A pane of a window that is read. */
    static final int PANE = 2;

    /** Telling of a transition: its annotations and its evidence. */
    static final int TRANSITION = 100;

    /** Bytes of state that are read or written in a unit. */
    private static final int BYTES = 100;

    private long units;

    void add(long more) {
        units += more;
    }

    void addBytes(long bytes) {
        units += bytes / BYTES;
    }

    /** What was counted since the last call. */
    long take() {
        long taken = units;
        units = 0;
        return taken;
    }
}
