package io.streamgauge.control.live.feed;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.control.live.result.LiveEntry;
import io.streamgauge.control.live.result.LiveEvent;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.LiveResult;
import io.streamgauge.control.live.result.StreamKey;
import io.streamgauge.control.live.resume.Offsets;
import io.streamgauge.control.live.resume.RecentRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results as they come, and who is told of them. One lock holds the two together: a
 * subscription joins at a place and is told of every record behind it, so that there is neither a
 * hole nor a record twice. The lock is held for a record's delivery to queues, and for a joining
 * subscription's last few records; nobody waits for anything while holding it.
 */
public final class LiveFeed {

    private static final Logger LOG = LoggerFactory.getLogger(LiveFeed.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition eventsWanted = lock.newCondition();
    private final RecentRecords<LiveEntry> recent; // guarded by the lock
    private final SubscriptionIndex index = new SubscriptionIndex();
    private final LiveStatistics statistics = new LiveStatistics();

    public LiveFeed(ResumeOptions options) {
        recent = new RecentRecords<>(options.recentRecords(), options.recentBytes());
    }

    /** What has come of subscriptions, and of the connections that have them. */
    public LiveStatistics statistics() {
        return statistics;
    }

    /** A partition is read from an offset on. */
    public void begin(LiveKind kind, int partition, long offset) {
        lock.lock();
        try {
            recent.begin(kind.log(), partition, offset);
        } finally {
            lock.unlock();
        }
    }

    /** Takes in a record, and delivers its result to whom it concerns. */
    public void take(LiveEntry entry) {
        lock.lock();
        try {
            recent.add(
                    entry.kind().log(),
                    entry.record().partition(),
                    entry.record().offset(),
                    entry.bytes(),
                    entry);
            deliver(entry);
        } finally {
            lock.unlock();
        }
    }

    /** Behind the last record that was taken in. */
    public Offsets end(Set<Integer> logs) {
        lock.lock();
        try {
            return recent.end().only(logs);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins to deliver with what comes next.
     *
     * @return false where the stream has been deleted
     */
    public boolean joinNow(Subscription subscription) {
        lock.lock();
        try {
            return !(join(subscription, recent.end(), false) instanceof Progress.Deleted);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a subscription what follows a place, if that is in memory, and lets it join where
     * nothing is left.
     *
     * @param room results at most
     * @param snapshot whether a state was sent before
     * @param first told to the client before these
     */
    Progress advance(
            Subscription subscription,
            Offsets cursor,
            int room,
            boolean snapshot,
            Optional<Supplier<ServerEvent>> first) {
        lock.lock();
        try {
            Offsets end = recent.end().only(subscription.logs());
            if (!end.reaches(cursor)) {
                return new Progress.Ahead();
            }
            if (!recent.covers(cursor) || cursor.logs().size() < end.logs().size()) {
                return new Progress.Behind();
            }
            RecentRecords.Slice<LiveEntry> slice =
                    recent.after(cursor, room, it -> subscription.resultOf(it).isPresent());
            first.ifPresent(it -> subscription.subscriber().tell(it.get()));
            for (RecentRecords.Placed<LiveEntry> placed : slice.records()) {
                Stand stand = Stand.behind(placed.after(), placed.record().record());
                subscription
                        .resultOf(placed.record())
                        .ifPresent(it -> deliver(subscription, it, stand));
            }
            return slice.atEnd()
                    ? join(subscription, slice.cursor(), snapshot)
                    : new Progress.Moved(slice.cursor());
        } finally {
            lock.unlock();
        }
    }

    private Progress join(Subscription subscription, Offsets place, boolean snapshot) {
        if (!index.add(subscription)) {
            return new Progress.Deleted();
        }
        if (subscription.hasEnded()) { // meanwhile, and whoever ended it did not find it
            index.remove(subscription);
            return new Progress.Joined();
        }
        if (subscription.kinds().contains(LiveKind.EVENTS)) {
            eventsWanted.signalAll();
        }
        Stand stand = new Stand(place, Instant.now());
        subscription.joins(place);
        subscription
                .subscriber()
                .tell(
                        new ServerEvent.Synced(
                                subscription.id(), stand.position(subscription), snapshot));
        return new Progress.Joined();
    }

    /** Queues a result of the past; not for the feed's own thread. */
    void deliverPast(Delivery delivery) {
        delivery.subscription().subscriber().deliver(delivery);
        statistics.countDelivered();
    }

    /** Waits until somebody wants events. */
    public void awaitWantedEvents() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (index.streamsWithEvents().isEmpty()) {
                eventsWanted.await();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The streams whose events somebody wants. */
    public Set<StreamKey> streamsWithEvents() {
        return index.streamsWithEvents();
    }

    /** Shows an event to those who want such and have not seen enough of late. */
    public void show(StreamKey stream, JsonNode event, String json) {
        lock.lock();
        try {
            long nowNanos = System.nanoTime();
            index.of(stream)
                    .ifPresent(
                            group ->
                                    group.find(
                                            LiveKind.EVENTS,
                                            name -> event.path(name).asText(),
                                            it -> show(it, json, nowNanos)));
        } finally {
            lock.unlock();
        }
    }

    private void show(Subscription subscription, String json, long nowNanos) {
        long skipped = subscription.samples().take(nowNanos);
        if (skipped >= 0) {
            Stand stand = new Stand(recent.end(), Instant.now());
            deliver(subscription, new LiveEvent(json, skipped), stand);
        }
    }

    /**
     * Tells subscriptions that have joined where they stand, if that has moved since they were told
     * last: a subscription that nothing is for would else keep a place that Kafka has long deleted.
     * What is told comes behind every result that is before that place.
     */
    public void tellPlaces(Collection<Subscription> subscriptions) {
        lock.lock();
        try {
            Stand stand = new Stand(recent.end(), Instant.now());
            for (Subscription subscription : subscriptions) {
                if (subscription.moves(stand.offsets())) {
                    String position = stand.position(subscription);
                    subscription
                            .subscriber()
                            .tell(new ServerEvent.Place(subscription.id(), position));
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends delivery, also of what is queued. */
    public void remove(Subscription subscription) {
        subscription.end();
        index.remove(subscription);
    }

    /** Lets nobody subscribe to a stream any more, and gives out who had. */
    public List<Subscription> delete(StreamKey stream) {
        return index.delete(stream);
    }

    public boolean isDeleted(StreamKey stream) {
        return index.wasDeleted(stream);
    }

    public int subscriptions() {
        return index.size();
    }

    private void deliver(LiveEntry entry) {
        if (entry.tenant().isEmpty() || (entry.kind().needsStream() && entry.stream().isEmpty())) {
            if (entry.kind() != LiveKind.DEFINITIONS) { // whose topic has other things, too
                statistics.countMalformed();
            }
            return;
        }
        List<SubscriptionGroup> groups = groupsFor(entry);
        if (groups.isEmpty()) {
            return; // and so it need not be read
        }
        entry.failure().ifPresent(it -> countMalformed(entry, it));
        if (entry.result().isEmpty()) {
            return;
        }
        Map<String, String> dimensions = entry.result().get().dimensions();
        Stand stand = Stand.behind(recent.end(), entry.record());
        for (SubscriptionGroup group : groups) {
            group.find(
                    entry.kind(),
                    dimensions::get,
                    subscription ->
                            subscription
                                    .resultOf(entry)
                                    .ifPresent(it -> deliver(subscription, it, stand)));
        }
    }

    /** Those of all streams of its tenant, and those of its stream, if anybody wants its kind. */
    private List<SubscriptionGroup> groupsFor(LiveEntry entry) {
        List<SubscriptionGroup> groups = new ArrayList<>(2);
        entry.tenant()
                .flatMap(index::ofAllStreams)
                .filter(it -> it.wants(entry.kind()))
                .ifPresent(groups::add);
        entry.stream()
                .flatMap(index::of)
                .filter(it -> it.wants(entry.kind()))
                .ifPresent(groups::add);
        return groups;
    }

    private void deliver(Subscription subscription, LiveResult result, Stand stand) {
        boolean unused = subscription.moves(stand.offsets());
        subscription.subscriber().deliver(new Delivery(subscription, result, stand, false));
        statistics.countDelivered();
    }

    private void countMalformed(LiveEntry entry, RuntimeException reason) {
        statistics.countMalformed();
        LOG.debug(
                "live: malformed record at {}-{} offset {}",
                entry.record().topic(),
                entry.record().partition(),
                entry.record().offset(),
                reason);
    }
}
