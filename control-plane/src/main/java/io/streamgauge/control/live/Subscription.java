package io.streamgauge.control.live;

/**
 * What one client has subscribed to under one id. Ends once and for all: what is queued for it then
 * is not sent any more.
 */
final class Subscription {

    private final LiveConnection connection;
    private final String id;
    private final StreamKey stream;
    private final ResultFilter filter;
    private final String framePrefix;
    private volatile boolean ended;
    private int dropped; // guarded by the queue's lock

    Subscription(LiveConnection connection, String id, StreamKey stream, ResultFilter filter) {
        this.connection = connection;
        this.id = id;
        this.stream = stream;
        this.filter = filter;
        framePrefix = ServerFrames.nextPrefix(id);
    }

    LiveConnection connection() {
        return connection;
    }

    String id() {
        return id;
    }

    StreamKey stream() {
        return stream;
    }

    boolean wants(LiveResult result) {
        return !ended && filter.matches(result);
    }

    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    void countDropped() {
        dropped++;
    }

    /** How many results were dropped since this was asked last. */
    int takeDropped() {
        int count = dropped;
        dropped = 0;
        return count;
    }

    /** The frame that carries a result. */
    String frame(LiveResult result, int droppedBefore) {
        return ServerFrames.next(framePrefix, result, droppedBefore);
    }
}
