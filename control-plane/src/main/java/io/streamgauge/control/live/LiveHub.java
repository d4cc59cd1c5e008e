package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.helidon.websocket.WsSession;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.TopicTail;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads results once, from the end of their topic, and hands each to the subscriptions that it
 * concerns. Also reads the control topic: a stream's tombstone ends its subscriptions, and a {@link
 * ControlTopicListener} hears of every record.
 *
 * <p>One thread reads and hands out; it never waits for a client, since each has a bounded queue
 * and a thread of its own that writes. Another watches the clients' times. Replicas do not share
 * work: each reads everything for the clients that it has.
 */
public final class LiveHub implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LiveHub.class);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final String controlTopic;
    private final String alertsTopic;
    private final String anomaliesTopic;
    private final String bandsTopic;
    private final LiveOptions options;
    private final ControlTopicListener listener;
    private final SubscriptionIndex index = new SubscriptionIndex();
    private final Set<LiveConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong connectionNumber = new AtomicLong();
    private final LongAdder delivered = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final TopicTail consumer;
    private final ScheduledExecutorService clock;
    private final ScheduledExecutorService identities;
    private volatile boolean closing;

    private LiveHub(KafkaConfig config, LiveOptions options, ControlTopicListener listener) {
        this.options = options;
        this.listener = listener;
        controlTopic = config.topics().control();
        alertsTopic = config.topics().alerts();
        anomaliesTopic = config.topics().anomalies();
        bandsTopic = config.topics().bands();
        consumer =
                TopicTail.start(
                        config,
                        "streamgauge-live",
                        List.of(
                                config.topics().aggregates(),
                                config.topics().alerts(),
                                config.topics().anomalies(),
                                config.topics().bands(),
                                config.topics().control()),
                        this::take);
        clock =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("live-clock").daemon().factory());
        Future<?> unused = // ends with the clock; tick() lets nothing through
                clock.scheduleWithFixedDelay(
                        this::tick,
                        options.tick().toMillis(),
                        options.tick().toMillis(),
                        TimeUnit.MILLISECONDS);
        // Of its own: it may wait for the database, and the times must be watched meanwhile.
        identities =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("live-identities").daemon().factory());
        Future<?> unusedToo =
                identities.scheduleWithFixedDelay(
                        this::verifyIdentities,
                        options.identityInterval().toMillis(),
                        options.identityInterval().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    /**
     * Starts at the present end of the topics, which have to be there.
     *
     * @throws org.apache.kafka.common.KafkaException where Kafka cannot be reached
     */
    public static LiveHub start(KafkaConfig config, ControlTopicListener listener) {
        return new LiveHub(config, LiveOptions.DEFAULT, listener);
    }

    static LiveHub start(KafkaConfig config, LiveOptions options) {
        return new LiveHub(config, options, tenant -> {});
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.size();
    }

    /** How many subscriptions they have. */
    public int subscriptions() {
        return index.size();
    }

    /** Results queued for clients since the start. */
    public long delivered() {
        return delivered.sum();
    }

    /** Results dropped since the start because clients read too slowly. */
    public long dropped() {
        return dropped.sum();
    }

    /** Records since the start that were no results. */
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
        identities.shutdownNow();
        consumer.close();
        try {
            if (!clock.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("live: the clock did not stop within {}", CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
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
        return index.add(subscription);
    }

    /** Ends delivery, also of what is queued. */
    void remove(Subscription subscription) {
        subscription.end();
        index.remove(subscription);
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

    private void verifyIdentities() {
        for (LiveConnection connection : connections) {
            try {
                connection.verifyIdentity();
            } catch (RuntimeException e) {
                // Must not end the schedule: no withdrawal would be noticed any more.
                LOG.error("live connection {}: verifying it failed", connection.name(), e);
            }
        }
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(controlTopic)) {
            takeDefinition(record);
        } else if (record.topic().equals(alertsTopic)) {
            takeAlert(record);
        } else {
            takeOfStream(record);
        }
    }

    /** An aggregate, an anomaly or a band. */
    private void takeOfStream(ConsumerRecord<byte[], byte[]> record) {
        Optional<StreamKey> stream = LiveRecord.streamOf(record);
        if (stream.isEmpty()) {
            malformed.increment();
            return;
        }
        Set<Subscription> subscriptions = index.of(stream.get());
        if (subscriptions.isEmpty()) {
            return;
        }
        try {
            deliver(resultOf(record, stream.get()), subscriptions);
        } catch (IllegalArgumentException e) {
            countMalformed(record, e);
        }
    }

    private LiveResult resultOf(ConsumerRecord<byte[], byte[]> record, StreamKey stream) {
        if (record.topic().equals(anomaliesTopic)) {
            return LiveScore.of(record, stream, false);
        }
        return record.topic().equals(bandsTopic)
                ? LiveScore.of(record, stream, true)
                : LiveAggregate.of(record, stream);
    }

    /**
     * A transition, for those of its stream and those of all streams; a composite has no stream.
     */
    private void takeAlert(ConsumerRecord<byte[], byte[]> record) {
        Optional<TenantId> tenant = LiveRecord.tenantOf(record);
        if (tenant.isEmpty()) {
            malformed.increment();
            return;
        }
        Set<Subscription> ofTenant = index.ofAllStreams(tenant.get());
        Set<Subscription> ofStream = LiveRecord.streamOf(record).map(index::of).orElse(Set.of());
        if (ofTenant.isEmpty() && ofStream.isEmpty()) {
            return;
        }
        try {
            LiveAlert alert = LiveAlert.of(record, tenant.get());
            if (!alert.shadow()) {
                deliver(alert, ofTenant);
                deliver(alert, ofStream);
            }
        } catch (IllegalArgumentException e) {
            countMalformed(record, e);
        }
    }

    private void countMalformed(ConsumerRecord<byte[], byte[]> record, RuntimeException reason) {
        malformed.increment();
        LOG.debug(
                "live: malformed record at {}-{} offset {}",
                record.topic(),
                record.partition(),
                record.offset(),
                reason);
    }

    private void deliver(LiveResult result, Set<Subscription> subscriptions) {
        for (Subscription subscription : subscriptions) {
            if (subscription.wants(result)) {
                subscription.connection().deliver(new Delivery(subscription, result));
                delivered.increment();
            }
        }
    }

    private void takeDefinition(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return;
        }
        ControlRecordKey.tenant(record.key()).ifPresent(listener::changed);
        if (record.value() != null) {
            return; // a definition: changes concern no subscription
        }
        StreamDefinitionCodec.Key.parse(new String(record.key(), UTF_8)).ifPresent(this::delete);
    }

    private void delete(StreamDefinitionCodec.Key key) {
        listener.streamDeleted(key.stream());
        // Not ended: what is queued was true, and comes before the end.
        index.delete(new StreamKey(key.tenant(), key.stream()))
                .forEach(it -> it.connection().complete(it));
    }
}
