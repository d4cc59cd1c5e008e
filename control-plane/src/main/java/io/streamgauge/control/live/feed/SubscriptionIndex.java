package io.streamgauge.control.live.feed;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.StreamKey;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Finds the subscriptions to a stream, and those to all streams of a tenant, by kind and by the
 * values of dimensions. Safe for use by many threads: a group is changed only while its place in
 * the map is held.
 */
final class SubscriptionIndex {

    /** Enough to bridge the second in which a catalog may not know of a deletion yet. */
    private static final int DELETED_REMEMBERED = 10_000;

    private final Map<StreamKey, SubscriptionGroup> byStream = new ConcurrentHashMap<>();
    private final Map<TenantId, SubscriptionGroup> ofAllStreams = new ConcurrentHashMap<>();
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

    private static <K> void add(
            Map<K, SubscriptionGroup> groups, K key, Subscription subscription) {
        groups.compute(
                key,
                (same, present) -> {
                    SubscriptionGroup group = present == null ? new SubscriptionGroup() : present;
                    group.add(subscription);
                    return group;
                });
    }

    private static <K> void remove(
            Map<K, SubscriptionGroup> groups, K key, Subscription subscription) {
        groups.computeIfPresent(
                key,
                (same, group) -> {
                    group.remove(subscription);
                    return group.size() == 0 ? null : group;
                });
    }

    /** Those to a stream. */
    Optional<SubscriptionGroup> of(StreamKey stream) {
        return Optional.ofNullable(byStream.get(stream));
    }

    /** Those to all streams of a tenant. */
    Optional<SubscriptionGroup> ofAllStreams(TenantId tenant) {
        return Optional.ofNullable(ofAllStreams.get(tenant));
    }

    /** The streams whose events somebody wants. */
    Set<StreamKey> streamsWithEvents() {
        Set<StreamKey> streams = new HashSet<>();
        byStream.forEach(
                (stream, group) -> {
                    if (group.wants(LiveKind.EVENTS)) {
                        streams.add(stream);
                    }
                });
        return streams;
    }

    /** Lets nobody subscribe to a stream any more, and gives out who had. */
    List<Subscription> delete(StreamKey stream) {
        deletedLock.lock();
        try {
            deleted.put(stream, true);
        } finally {
            deletedLock.unlock();
        }
        List<Subscription> subscriptions =
                of(stream).map(SubscriptionGroup::members).orElse(List.of());
        subscriptions.forEach(this::remove);
        return subscriptions;
    }

    int size() {
        return size(byStream) + size(ofAllStreams);
    }

    private static int size(Map<?, SubscriptionGroup> groups) {
        return groups.values().stream().mapToInt(SubscriptionGroup::size).sum();
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
