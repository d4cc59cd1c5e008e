package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toMap;

import io.streamgauge.contracts.Topics;
import io.streamgauge.contracts.stream.StreamDefinitionCodec;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.kafka.TopicTail;
import io.streamgauge.control.live.connection.LiveConnection;
import io.streamgauge.control.live.connection.LiveOptions;
import io.streamgauge.control.live.connection.Transport;
import io.streamgauge.control.live.feed.Joining;
import io.streamgauge.control.live.feed.LiveFeed;
import io.streamgauge.control.live.feed.LiveStatistics;
import io.streamgauge.control.live.feed.ResumeOptions;
import io.streamgauge.control.live.feed.StateReader;
import io.streamgauge.control.live.feed.Subscription;
import io.streamgauge.control.live.request.Beginning;
import io.streamgauge.control.live.result.LiveEntry;
import io.streamgauge.control.live.result.LiveKind;
import io.streamgauge.control.live.result.StreamKey;
import io.streamgauge.control.live.resume.LogReader;
import io.streamgauge.control.live.resume.Position;
import io.streamgauge.control.live.resume.ReplayPool;
import io.streamgauge.control.live.source.EventSampler;
import io.streamgauge.control.live.source.StoredState;
import io.streamgauge.control.live.wire.CloseCode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
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
    private final Topics topics;
    private final LiveOptions options;
    private final ControlTopicListener listener;
    private final ResumeOptions resume;
    private final Optional<StateReader> state;
    private final LiveFeed feed;
    private final ReplayPool replays;
    private final EventSampler sampler;
    private final Set<LiveConnection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong connectionNumber = new AtomicLong();
    private final TopicTail consumer;
    private final ScheduledExecutorService clock;
    private final ScheduledExecutorService identities;
    private volatile boolean closing;

    private LiveHub(
            KafkaConfig config,
            LiveOptions options,
            ResumeOptions resume,
            Optional<StateReader> state,
            ControlTopicListener listener) {
        this.options = options;
        this.resume = resume;
        this.state = state;
        this.listener = listener;
        feed = new LiveFeed(resume);
        controlTopic = config.topics().control();
        topics = config.topics();
        consumer =
                TopicTail.start(
                        config,
                        "streamgauge-live",
                        List.copyOf(logTopics(topics).values()),
                        this::begin,
                        this::take);
        AtomicInteger readers = new AtomicInteger();
        replays =
                new ReplayPool(
                        resume.threads(),
                        resume.threadsPerTenant(),
                        () ->
                                new LogReader(
                                        config,
                                        "streamgauge-live-replay-" + readers.incrementAndGet(),
                                        logTopics(topics)));
        sampler = EventSampler.start(config, feed);
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
     * @param database has the state that subscriptions may begin with
     * @throws org.apache.kafka.common.KafkaException where Kafka cannot be reached
     */
    public static LiveHub start(
            KafkaConfig config, Database database, ControlTopicListener listener) {
        return start(config, database, LiveOptions.DEFAULT, ResumeOptions.DEFAULT, listener);
    }

    static LiveHub start(
            KafkaConfig config,
            Database database,
            LiveOptions options,
            ResumeOptions resume,
            ControlTopicListener listener) {
        return new LiveHub(
                config,
                options,
                resume,
                Optional.of(new StoredState(database, config.topics(), resume.snapshotRows())),
                listener);
    }

    private static Map<Integer, String> logTopics(Topics topics) {
        return Arrays.stream(LiveKind.values())
                .filter(LiveKind::isLogged)
                .collect(toMap(LiveKind::log, kind -> kind.topic(topics)));
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.size();
    }

    /** How many subscriptions they have. */
    public int subscriptions() {
        return feed.subscriptions();
    }

    /** What has come of them since the start. */
    public LiveStatistics statistics() {
        return feed.statistics();
    }

    /** Subscriptions that are on their way from the past to the present. */
    public int joining() {
        return replays.unfinished();
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
        replays.close();
        sampler.close();
        consumer.close();
        try {
            if (!clock.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("live: the clock did not stop within {}", CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    public boolean isClosing() {
        return closing;
    }

    /** Takes a connection in, on the server's thread that stays with it. */
    public LiveConnection open(Transport transport) {
        LiveConnection connection =
                new LiveConnection(
                        Long.toString(connectionNumber.incrementAndGet()),
                        feed,
                        transport,
                        options);
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
    boolean add(Subscription subscription, Beginning beginning) {
        if (subscription.stream().filter(feed::isDeleted).isPresent()) {
            return false;
        }
        switch (beginning) {
            case Beginning.Now now -> {
                return feed.joinNow(subscription);
            }
            case Beginning.PresentState present ->
                    join(
                            subscription,
                            state.map(it -> it.of(present.windows())),
                            new Position(feed.end(subscription.logs()), Instant.now()));
            case Beginning.After after -> join(subscription, Optional.empty(), after.position());
        }
        return true;
    }

    private void join(Subscription subscription, Optional<StateReader> first, Position position) {
        replays.submit(new Joining(subscription, feed, resume.maxReplay(), first, position));
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

    private void begin(TopicPartition partition, long offset) {
        LiveKind.ofTopic(topics, partition.topic())
                .ifPresent(kind -> feed.begin(kind, partition.partition(), offset));
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        // Before a deletion ends what it is told to.
        LiveKind.ofTopic(topics, record.topic())
                .ifPresent(kind -> feed.take(LiveEntry.of(kind, record)));
        if (record.topic().equals(controlTopic)) {
            takeDefinition(record);
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
        feed.delete(new StreamKey(key.tenant(), key.stream()))
                .forEach(it -> it.subscriber().complete(it));
    }
}
