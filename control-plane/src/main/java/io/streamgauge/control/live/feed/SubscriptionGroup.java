package io.streamgauge.control.live.feed;

import io.streamgauge.control.live.result.LiveKind;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions to one stream, or to all streams of one tenant, by the kinds and the values
 * that they want. Changed by one thread at a time, and read by others meanwhile.
 */
final class SubscriptionGroup {

    private final Set<Subscription> members = ConcurrentHashMap.newKeySet();
    private final Map<LiveKind, FilterIndex> byKind; // itself never changed

    SubscriptionGroup() {
        Map<LiveKind, FilterIndex> all = new EnumMap<>(LiveKind.class);
        for (LiveKind kind : LiveKind.values()) {
            all.put(kind, new FilterIndex());
        }
        byKind = Collections.unmodifiableMap(all);
    }

    void add(Subscription subscription) {
        members.add(subscription);
        for (LiveKind kind : subscription.kinds()) {
            of(kind).add(subscription.filter().where(kind), subscription);
        }
    }

    void remove(Subscription subscription) {
        members.remove(subscription);
        for (LiveKind kind : subscription.kinds()) {
            of(kind).remove(subscription.filter().where(kind), subscription);
        }
    }

    int size() {
        return members.size();
    }

    List<Subscription> members() {
        return List.copyOf(members);
    }

    boolean wants(LiveKind kind) {
        return !of(kind).isEmpty();
    }

    /**
     * Finds those that may want a result: by its kind and its dimensions, and not yet by the rest.
     *
     * @param valueOf gives a dimension's value, null where there is none
     */
    void find(
            LiveKind kind,
            Function<String, @Nullable String> valueOf,
            Consumer<Subscription> found) {
        of(kind).find(valueOf, found);
    }

    private FilterIndex of(LiveKind kind) {
        FilterIndex index = byKind.get(kind);
        if (index == null) {
            throw new IllegalStateException("kind: " + kind + " (expected: each has an index)");
        }
        return index;
    }
}
