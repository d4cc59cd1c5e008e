package io.streamgauge.control.live;

import io.streamgauge.contracts.TenantId;
import java.util.Optional;

/**
 * What one client has subscribed to under one id. Ends once and for all: what is queued for it then
 * is not sent any more.
 */
final class Subscription {

    private final LiveConnection connection;
    private final String id;
    private final TenantId tenant;
    private final Optional<StreamKey> stream;
    private final ResultFilter filter;
    private final String aggregatePrefix;
    private final String alertPrefix;
    private final String anomalyPrefix;
    private final String bandPrefix;
    private volatile boolean ended;
    private int dropped; // guarded by the queue's lock

    /**
     * @param stream one of the tenant's; all of them where empty
     */
    Subscription(
            LiveConnection connection,
            String id,
            TenantId tenant,
            Optional<StreamKey> stream,
            ResultFilter filter) {
        this.connection = connection;
        this.id = id;
        this.tenant = tenant;
        this.stream = stream;
        this.filter = filter;
        aggregatePrefix = ServerFrames.nextPrefix(id, "aggregate");
        alertPrefix = ServerFrames.nextPrefix(id, "alert");
        anomalyPrefix = ServerFrames.nextPrefix(id, "anomaly");
        bandPrefix = ServerFrames.nextPrefix(id, "band");
    }

    LiveConnection connection() {
        return connection;
    }

    String id() {
        return id;
    }

    TenantId tenant() {
        return tenant;
    }

    /** Whose results it is for; empty for those of all the tenant's streams, and of none. */
    Optional<StreamKey> stream() {
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
        String prefix =
                switch (result) {
                    case LiveAggregate aggregate -> aggregatePrefix;
                    case LiveAlert alert -> alertPrefix;
                    case LiveScore score -> score.band() ? bandPrefix : anomalyPrefix;
                };
        return ServerFrames.next(prefix, result, droppedBefore);
    }
}
