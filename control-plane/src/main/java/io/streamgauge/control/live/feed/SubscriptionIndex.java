package io.streamgauge.control.live.feed;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.StreamKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds the subscriptions to a stream, and those to all streams of a tenant. Safe for use by many
 * threads.
 */
final class SubscriptionIndex {

    /** Enough to bridge the second in which a catalog may not know of a deletion yet. */
    private static final int DELETED_REMEMBERED = 10_000;

    private final Map<StreamKey, Set<Subscription>> byStream = new ConcurrentHashMap<>();
    private final Map<TenantId, Set<Subscription>> ofAllStreams = new ConcurrentHashMap<>();
    private final ReentrantLock deletedLock = new ReentrantLock();

    /** Streams deleted of late; guarded by its lock. */
    private final Map<StreamKey, Boolean> deleted =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<StreamKey, Boolean> eldest) {
                    return size() > DELETED_REMEMBERED;
                }
            };

    /**
     * Takes a subscription in.
     *
     * @return false where its stream has been deleted; the subscription has ended then
     */
    boolean add(Subscription subscription) {
        if (subscription.stream().isEmpty()) {
            add(ofAllStreams, subscription.tenant(), subscription);
            return true;
        }
        StreamKey stream = subscription.stream().get();
        add(byStream, stream, subscription);
        // In this order: a deletion that comes now finds the subscription, or is found here.
        if (wasDeleted(stream)) {
            subscription.end();
            remove(subscription);
            return false;
        }
        return true;
    }

    void remove(Subscription subscription) {
        if (subscription.stream().isPresent()) {
            remove(byStream, subscription.stream().get(), subscription);
        } else {
            remove(ofAllStreams, subscription.tenant(), subscription);
        }
    }

    private static <K> void add(Map<K, Set<Subscription>> index, K key, Subscription subscription) {
        index.compute(
                key,
                (same, present) -> {
                    Set<Subscription> all =
                            present == null ? ConcurrentHashMap.newKeySet() : present;
                    all.add(subscription);
                    return all;
                });
    }

    private static <K> void remove(
            Map<K, Set<Subscription>> index, K key, Subscription subscription) {
        index.computeIfPresent(
                key,
                (same, present) -> {
                    present.remove(subscription);
                    return present.isEmpty() ? null : present;
                });
    }

    /** The subscriptions to a stream, as they are while they are looked at. */
    Set<Subscription> of(StreamKey stream) {
        return byStream.getOrDefault(stream, Set.of());
    }

    /** The subscriptions to all streams of a tenant. */
    Set<Subscription> ofAllStreams(TenantId tenant) {
        return ofAllStreams.getOrDefault(tenant, Set.of());
    }

    /** The streams whose events somebody wants. */
    Set<StreamKey> streamsWithEvents() {
        Set<StreamKey> streams = new HashSet<>();
        byStream.forEach(
                (stream, subscriptions) -> {
                    if (subscriptions.stream().anyMatch(SubscriptionIndex::wantsEvents)) {
                        streams.add(stream);
                    }
                });
        return streams;
    }

    private static boolean wantsEvents(Subscription subscription) {
        return subscription.kinds().contains(LiveKind.EVENTS);
    }

    /** Lets nobody subscribe to a stream any more, and gives out who had. */
    List<Subscription> delete(StreamKey stream) {
        deletedLock.lock();
        try {
            deleted.put(stream, true);
        } finally {
            deletedLock.unlock();
        }
        List<Subscription> subscriptions = List.copyOf(of(stream));
        subscriptions.forEach(this::remove);
        return subscriptions;
    }

    int size() {
        return size(byStream) + size(ofAllStreams);
    }

    private static int size(Map<?, Set<Subscription>> index) {
        return index.values().stream().mapToInt(Set::size).sum();
    }

    /** Whether a stream has been deleted, of late. */
    boolean wasDeleted(StreamKey stream) {
        deletedLock.lock();
        try {
            return deleted.containsKey(stream);
        } finally {
            deletedLock.unlock();
        }
    }
}
