package io.streamgauge.control.live.feed;

import java.util.concurrent.atomic.LongAdder;

/** What live connections have come to since the start. Safe for use by many threads. */
public final class LiveStatistics {

    private final LongAdder delivered = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder closedSlow = new LongAdder();
    private final LongAdder gaps = new LongAdder();
    private final LongAdder encoded = new LongAdder();

    LiveStatistics() {}

    /** Results queued for clients. */
    public long delivered() {
        return delivered.sum();
    }

    /** Aggregates dropped because clients read too slowly. */
    public long dropped() {
        return dropped.sum();
    }

    /** Records that were no results. */
    public long malformed() {
        return malformed.sum();
    }

    /** Clients disconnected because they did not read. */
    public long closedSlow() {
        return closedSlow.sum();
    }

    /** Gaps that clients were told of. */
    public long gaps() {
        return gaps.sum();
    }

    /** Frames of results that were encoded; others who were delivered the same shared them. */
    public long encoded() {
        return encoded.sum();
    }

    void countDelivered() {
        delivered.increment();
    }

    public void countDropped(int results) {
        dropped.add(results);
    }

    void countMalformed() {
        malformed.increment();
    }

    public void countClosedSlow() {
        closedSlow.increment();
    }

    public void countGap() {
        gaps.increment();
    }

    public void countEncoded() {
        encoded.increment();
    }
}
