package io.streamgauge.jobs.aggregation;

/**
 * A tumbling window of a series, packed into a long so that it can be a state key: whole seconds,
 * as stream definitions demand.
 */
final class WindowId {

    /** Sizes go up to an hour, 3,600 seconds: 12 bits. */
    private static final int SIZE_BITS = 12;

    private WindowId() {}

    /** The window of a size that a timestamp falls into; both in milliseconds. */
    static long of(long timestamp, long size) {
        long startSeconds = Math.floorDiv(timestamp, size) * (size / 1000);
        return (startSeconds << SIZE_BITS) | (size / 1000);
    }

    /** Inclusive start in milliseconds since the epoch. */
    static long start(long window) {
        return (window >> SIZE_BITS) * 1000;
    }

    /** Size in milliseconds. */
    static long size(long window) {
        return (window & ((1 << SIZE_BITS) - 1)) * 1000;
    }

    /** Exclusive end in milliseconds since the epoch. */
    static long end(long window) {
        return start(window) + size(window);
    }
}
