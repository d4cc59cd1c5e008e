package io.streamgauge.control.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells everyone who remembers something that it has changed: this process' own subscribers before
 * {@link #publish} returns, so that who writes reads what was written, and those of other replicas
 * moments later, by Redis where there is one.
 *
 * <p>No change is missed for good. Redis forgets messages, so whenever some may have been lost, the
 * subscribers are told to forget everything: those of a replica that could not hear (it hears
 * again), those of the others by a replica that could not speak (it speaks again), and those whose
 * queue overflows. Messages of others are delivered in order, on one thread.
 */
public final class InvalidationBus implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(InvalidationBus.class);

    private static final int QUEUED_AT_MOST = 10_000;
    private static final char SEPARATOR = ' ';

    private final Optional<SharedStore> store;
    private final Map<Topic, List<Consumer<Invalidation>>> subscribers = new EnumMap<>(Topic.class);

    /** Topics of which a change could not be told to the others. */
    private final Set<Topic> untold = Collections.synchronizedSet(EnumSet.noneOf(Topic.class));

    private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>(QUEUED_AT_MOST);
    private final Set<Topic> overflown = Collections.synchronizedSet(EnumSet.noneOf(Topic.class));
    private final @Nullable Thread delivery;

    private record Arrival(Topic topic, Invalidation invalidation) {}

    private InvalidationBus(Optional<SharedStore> store) {
        this.store = store;
        for (Topic topic : Topic.values()) {
            subscribers.put(topic, new CopyOnWriteArrayList<>());
        }
        delivery =
                store.isEmpty()
                        ? null
                        : Thread.ofVirtual().name("invalidations").unstarted(this::deliverAll);
    }

    /**
     * Opens the bus.
     *
     * @param store through which other replicas are reached; none where there are none
     */
    public static InvalidationBus open(Optional<SharedStore> store) {
        InvalidationBus bus = new InvalidationBus(store);
        store.ifPresent(bus::join);
        return bus;
    }

    /** Hears of changes from now on. A subscriber that fails is logged, and hears of the next. */
    public void subscribe(Topic topic, Consumer<Invalidation> subscriber) {
        subscribersOf(topic).add(subscriber);
    }

    /**
     * Tells of a change.
     *
     * @param key not empty
     */
    public void publish(Topic topic, String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("key: empty (expected: what has changed)");
        }
        deliver(topic, new Invalidation.Key(key));
        store.ifPresent(shared -> tell(shared, topic, key));
    }

    @Override
    public void close() {
        if (delivery != null) {
            delivery.interrupt();
        }
    }

    private void join(SharedStore shared) {
        for (Topic topic : Topic.values()) {
            shared.listen(channel(shared, topic), new Ear(shared.replica(), topic));
        }
        shared.onRecovery(() -> tellWhatIsUntold(shared));
        if (delivery != null) {
            delivery.start();
        }
    }

    /** An empty key stands for everything. */
    private void tell(SharedStore shared, Topic topic, String key) {
        String message = shared.replica() + SEPARATOR + key;
        shared.send(commands -> commands.publish(channel(shared, topic), message.getBytes(UTF_8)))
                .whenComplete(
                        (heard, failure) -> {
                            if (failure != null) {
                                untold.add(topic);
                                if (shared.isAvailable()) { // it was back before that was noted
                                    tellWhatIsUntold(shared);
                                }
                            }
                        });
    }

    private void tellWhatIsUntold(SharedStore shared) {
        for (Topic topic : Topic.values()) {
            if (untold.remove(topic)) {
                tell(shared, topic, "");
            }
        }
    }

    private void deliverAll() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Arrival arrival = arrivals.take();
                for (Topic topic : Topic.values()) {
                    if (overflown.remove(topic)) {
                        deliver(topic, new Invalidation.Everything());
                    }
                }
                deliver(arrival.topic(), arrival.invalidation());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Topic topic, Invalidation invalidation) {
        for (Consumer<Invalidation> subscriber : subscribersOf(topic)) {
            try {
                subscriber.accept(invalidation);
            } catch (RuntimeException e) {
                LOG.error("a subscriber to {} failed", topic.wireName(), e);
            }
        }
    }

    private List<Consumer<Invalidation>> subscribersOf(Topic topic) {
        return subscribers.getOrDefault(topic, List.of());
    }

    private static String channel(SharedStore shared, Topic topic) {
        return shared.key("changed:" + topic.wireName());
    }

    /** Hears one topic, on the client's threads; hands over to the bus' own. */
    private final class Ear implements ChannelListener {

        private final String own;
        private final Topic topic;

        Ear(String own, Topic topic) {
            this.own = own;
            this.topic = topic;
        }

        @Override
        public void message(String message) {
            int end = message.indexOf(SEPARATOR);
            if (end < 0 || message.substring(0, end).equals(own)) {
                return; // of no form of ours, or what is delivered already
            }
            String key = message.substring(end + 1);
            arrived(key.isEmpty() ? new Invalidation.Everything() : new Invalidation.Key(key));
        }

        @Override
        public void gap() {
            arrived(new Invalidation.Everything());
        }

        private void arrived(Invalidation invalidation) {
            if (!arrivals.offer(new Arrival(topic, invalidation))) {
                overflown.add(topic);
                // Seen with the next arrival; should the queue be empty by now, this is it.
                arrivals.offer(new Arrival(topic, new Invalidation.Everything()));
            }
        }
    }
}
