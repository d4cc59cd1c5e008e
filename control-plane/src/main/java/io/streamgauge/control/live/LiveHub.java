package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.websocket.WsSession;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads results once, from the end of their topic, and hands each to the subscriptions that it
 * concerns. Also reads the control topic: a stream's tombstone ends its subscriptions.
 *
 * <p>One thread reads and hands out; it never waits for a client, since each has a bounded queue
 * and a thread of its own that writes. Another watches the clients' times. Replicas do not share
 * work: each reads everything for the clients that it has.
 */
public final class LiveHub implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveHub.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration PARTITIONS_REFRESH = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    /** Enough to bridge the second in which a catalog may not know of a deletion yet. */
    private static final int DELETED_REMEMBERED = 10_000;

    private final KafkaConfig config;
    private final LiveOptions options;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread pollThread;
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("live-clock").daemon().factory());
    private final Map<StreamKey, Set<Subscription>> index = new ConcurrentHashMap<>();
    private final Set<LiveConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong connectionNumber = new AtomicLong();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final ReentrantLock deletedLock = new ReentrantLock();
    private volatile boolean closing;

    /** Streams deleted of late; guarded by its lock. */
    private final Map<StreamKey, Boolean> deleted =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<StreamKey, Boolean> eldest) {
                    return size() > DELETED_REMEMBERED;
                }
            };

    // Used by the poll thread only.
    private final Set<TopicPartition> assigned = new HashSet<>();
    private long partitionsSeenNanos;
    private boolean failing;

    private LiveHub(KafkaConfig config, LiveOptions options) {
        this.config = config;
        this.options = options;
        consumer =
                KafkaClients.consumer(
                        config,
                        "streamgauge-live",
                        // Live is now: what is gone is not missed, it goes on at the end.
                        Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"));
        pollThread = Thread.ofPlatform().name("live-hub").unstarted(this::run);
    }

    /**
     * Starts at the present end of the topics, which have to be there.
     *
     * @throws KafkaException where Kafka cannot be reached
     */
    public static LiveHub start(KafkaConfig config) {
        return start(config, LiveOptions.DEFAULT);
    }

    static LiveHub start(KafkaConfig config, LiveOptions options) {
        LiveHub hub = new LiveHub(config, options);
        try {
            hub.seekToEnd();
        } catch (RuntimeException e) {
            hub.consumer.close(CloseOptions.timeout(Duration.ZERO));
            hub.clock.shutdown();
            throw e;
        }
        hub.pollThread.start();
        Future<?> unused = // ends with the clock; tick() lets nothing through
                hub.clock.scheduleWithFixedDelay(
                        hub::tick,
                        options.tick().toMillis(),
                        options.tick().toMillis(),
                        TimeUnit.MILLISECONDS);
        return hub;
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.size();
    }

    /** How many subscriptions they have. */
    public int subscriptions() {
        return index.values().stream().mapToInt(Set::size).sum();
    }

    /** Results queued for clients since the start. */
    public long delivered() {
        return delivered.sum();
    }

    /** Results dropped since the start because clients read too slowly. */
    public long dropped() {
        return dropped.sum();
    }

    /** Records since the start that were no aggregates. */
    public long malformed() {
        return malformed.sum();
    }

    /**
     * Tells every client that the server restarts, gives them a moment to hear it, and stops.
     * Before the server that holds the connections stops, or they hear nothing.
     */
    @Override
    public void close() {
        closing = true;
        connections.forEach(it -> it.close(CloseCode.RESTART, "the server restarts"));
        long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
        for (LiveConnection connection : connections) {
            connection.joinWriter(
                    Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
        }
        clock.shutdown();
        consumer.wakeup();
        try {
            pollThread.join();
            if (!clock.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("live: the clock did not stop within {}", CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
            pollThread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    boolean isClosing() {
        return closing;
    }

    /** Takes a connection in, on the server's thread that reads from it. */
    LiveConnection open(WsSession session) {
        LiveConnection connection =
                new LiveConnection(
                        Long.toString(connectionNumber.incrementAndGet()), this, session, options);
        connections.add(connection);
        if (closing) { // and close() may have passed already
            connection.close(CloseCode.RESTART, "the server restarts");
        }
        return connection;
    }

    /**
     * Begins to deliver.
     *
     * @return false where the stream has been deleted
     */
    boolean add(Subscription subscription) {
        index.compute(
                subscription.stream(),
                (key, present) -> {
                    Set<Subscription> all =
                            present == null ? ConcurrentHashMap.newKeySet() : present;
                    all.add(subscription);
                    return all;
                });
        // In this order: a tombstone that comes now finds the subscription in the index.
        if (wasDeleted(subscription.stream())) {
            remove(subscription);
            return false;
        }
        return true;
    }

    /** Ends delivery. */
    void remove(Subscription subscription) {
        subscription.end();
        index.computeIfPresent(
                subscription.stream(),
                (key, present) -> {
                    present.remove(subscription);
                    return present.isEmpty() ? null : present;
                });
    }

    void countDropped(int results) {
        dropped.add(results);
    }

    private void tick() {
        try {
            long nowNanos = System.nanoTime();
            Instant now = Instant.now();
            connections.removeIf(it -> !it.tick(nowNanos, now));
        } catch (RuntimeException e) {
            // Must not end the schedule: no time would be watched any more.
            LOG.error("live: watching the connections failed", e);
        }
    }

    private void run() {
        try {
            while (!closing) {
                try {
                    refreshPartitions();
                    consumer.poll(POLL).forEach(this::take);
                    failing = false;
                } catch (WakeupException e) {
                    LOG.debug("live: woken up to close", e);
                } catch (RuntimeException e) {
                    failed(e);
                }
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private void failed(RuntimeException failure) {
        if (!failing) {
            failing = true;
            LOG.warn("live: reading results fails, trying again until it works", failure);
        }
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            LOG.debug("live: interrupted to close", e);
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(config.topics().control())) {
            takeDefinition(record);
            return;
        }
        Optional<StreamKey> stream = LiveResult.streamOf(record);
        Set<Subscription> subscriptions = stream.map(index::get).orElse(null);
        if (stream.isEmpty() || subscriptions == null) {
            return;
        }
        LiveResult result;
        try {
            result = LiveResult.of(record, stream.get());
        } catch (IllegalArgumentException e) {
            malformed.increment();
            LOG.debug(
                    "live: malformed record at {}-{} offset {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e);
            return;
        }
        for (Subscription subscription : subscriptions) {
            if (subscription.wants(result)) {
                subscription.connection().deliver(new Delivery(subscription, result));
                delivered.increment();
            }
        }
    }

    private void takeDefinition(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null || record.value() != null) {
            return;
        }
        Optional<StreamKey> gone =
                StreamDefinitionCodec.Key.parse(new String(record.key(), UTF_8))
                        .map(key -> new StreamKey(key.tenant(), key.stream()));
        if (gone.isEmpty()) {
            return;
        }
        deletedLock.lock();
        try {
            deleted.put(gone.get(), true);
        } finally {
            deletedLock.unlock();
        }
        Set<Subscription> subscriptions = index.get(gone.get());
        if (subscriptions != null) {
            for (Subscription subscription : List.copyOf(subscriptions)) {
                index.computeIfPresent(
                        gone.get(),
                        (key, present) -> {
                            present.remove(subscription);
                            return present.isEmpty() ? null : present;
                        });
                // Not ended: what is queued for it was true, and comes before the end.
                subscription.connection().complete(subscription);
            }
        }
    }

    private boolean wasDeleted(StreamKey stream) {
        deletedLock.lock();
        try {
            return deleted.containsKey(stream);
        } finally {
            deletedLock.unlock();
        }
    }

    private void seekToEnd() {
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // Resolves the ends now: what is written from here on is live.
        partitions.forEach(consumer::position);
        assigned.addAll(partitions);
        partitionsSeenNanos = System.nanoTime();
    }

    /** Takes partitions in that an operator has added, from their beginning. */
    private void refreshPartitions() {
        if (System.nanoTime() - partitionsSeenNanos < PARTITIONS_REFRESH.toNanos()) {
            return;
        }
        partitionsSeenNanos = System.nanoTime();
        List<TopicPartition> added = new ArrayList<>(partitions());
        added.removeAll(assigned);
        if (!added.isEmpty()) {
            assigned.addAll(added);
            consumer.assign(assigned);
            consumer.seekToBeginning(added);
        }
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : List.of(config.topics().aggregates(), config.topics().control())) {
            consumer.partitionsFor(topic)
                    .forEach(it -> partitions.add(new TopicPartition(topic, it.partition())));
        }
        return partitions;
    }
}
