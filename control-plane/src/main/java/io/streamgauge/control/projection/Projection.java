package io.streamgauge.control.projection;

import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.kafka.KafkaClients;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies results from Kafka to PostgreSQL, each once in effect.
 *
 * <p>How far it has come stands in PostgreSQL, and moves in the transaction that writes the rows;
 * what Kafka thinks of it does not matter. A batch is written only if the table stands just where
 * the batch begins. So a crash between reading and committing repeats nothing, and a second
 * projection that believes it owns the same partition, as can be for a while after a pause or a
 * split network, is stopped by its first write: it drops its batch and starts again from the table.
 *
 * <p>The consumer group only spreads the partitions over replicas. While PostgreSQL is away the
 * projection keeps its place in the group and its batch, and tries again; Kafka holds the backlog.
 */
public final class Projection implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Projection.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(5);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final ProjectionStatistics statistics = new ProjectionStatistics();
    private final Database database;
    private final ResultReader reader;
    private final ResultWriter writer;
    private final List<String> topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean closing;
    private volatile @Nullable Long failingSinceNanos;

    // The rest is used by the thread only.
    private final Map<TopicPartition, Long> tableOffsets = new HashMap<>();
    private boolean positioned;
    private @Nullable ResultBatch pending;
    private Duration backoff = FIRST_BACKOFF;

    private Projection(KafkaConfig config, Database database, Clock clock) {
        this.database = database;
        reader = new ResultReader(config.topics(), clock, statistics);
        writer = new ResultWriter(database, statistics);
        topics =
                List.of(
                        config.topics().aggregates(),
                        config.topics().late(),
                        config.topics().alerts(),
                        config.topics().alertStatus(),
                        config.topics().anomalies(),
                        config.topics().detectionStatus());
        consumer =
                KafkaClients.consumer(
                        config,
                        "streamgauge-projection",
                        Map.of(
                                ConsumerConfig.GROUP_ID_CONFIG,
                                config.topics().prefix() + ".projection",
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                2_000,
                                // History may be a moment behind; a transaction for each record
                                // would cost more than it gives.
                                ConsumerConfig.FETCH_MIN_BYTES_CONFIG,
                                64 << 10,
                                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                                100,
                                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                                16 << 20));
        thread = Thread.ofPlatform().name("projection").unstarted(this::run);
    }

    /** Starts a projection. It needs neither Kafka nor PostgreSQL to be there yet. */
    public static Projection start(KafkaConfig config, Database database) {
        return start(config, database, Clock.systemUTC());
    }

    static Projection start(KafkaConfig config, Database database, Clock clock) {
        Projection projection = new Projection(config, database, clock);
        projection.thread.start();
        return projection;
    }

    /** What it did since its start. */
    public ProjectionStatistics statistics() {
        return statistics;
    }

    /** For how long it has not been able to go on; empty while all is well. */
    public Optional<Duration> failingFor() {
        Long since = failingSinceNanos;
        return since == null
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(System.nanoTime() - since));
    }

    /** Stops after the batch that is being written. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            consumer.subscribe(topics, new Rebalances());
            while (!closing) {
                try {
                    step();
                    recovered();
                } catch (WakeupException e) {
                    LOG.debug("projection: woken up to close", e);
                } catch (RuntimeException e) {
                    failed(e);
                }
            }
        } finally {
            consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
        }
    }

    private void step() {
        if (!positioned) {
            position();
        }
        if (pending == null) {
            ConsumerRecords<byte[], byte[]> records = poll();
            if (records.isEmpty() || !positioned) { // a rebalance within the poll invalidates them
                return;
            }
            pending = ResultBatch.of(records, reader);
        }
        if (writer.write(pending, tableOffsets)) {
            tableOffsets.putAll(pending.nextOffsets());
        } else {
            LOG.info("projection: another one has gone on here, starting again from the table");
            positioned = false;
        }
        pending = null;
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(POLL);
        } catch (OffsetOutOfRangeException e) {
            skipWhatIsGone(e.offsetOutOfRangePartitions());
            return ConsumerRecords.empty();
        }
    }

    /** Goes where the table says, with all partitions. */
    private void position() {
        Set<TopicPartition> assigned = consumer.assignment();
        tableOffsets.clear();
        if (!assigned.isEmpty()) {
            tableOffsets.putAll(
                    database.inSystem(handle -> ProjectionOffsets.load(handle, assigned)));
            tableOffsets.forEach(consumer::seek);
            consumer.resume(assigned);
            LOG.info("projection: going on at {}", tableOffsets);
        }
        positioned = true;
    }

    /**
     * Kafka's retention was faster than the projection, or the topic was made anew. The table's
     * offset stays what the next write expects.
     */
    private void skipWhatIsGone(Map<TopicPartition, Long> wanted) {
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(wanted.keySet());
        beginnings.forEach(
                (partition, beginning) -> {
                    long offset = wanted.getOrDefault(partition, 0L);
                    if (offset > 0) {
                        LOG.warn(
                                "projection: {} has no offset {} any more, going on at {}",
                                partition,
                                offset,
                                beginning);
                    }
                    consumer.seek(partition, beginning);
                });
    }

    private void recovered() {
        if (failingSinceNanos != null) {
            LOG.info("projection: works again");
            failingSinceNanos = null;
            backoff = FIRST_BACKOFF;
            consumer.resume(consumer.assignment());
        }
    }

    /** Waits a while without leaving the group; once an outage, says why. */
    private void failed(RuntimeException failure) {
        if (failingSinceNanos == null) {
            failingSinceNanos = System.nanoTime();
            LOG.warn("projection: cannot go on, trying again until it can", failure);
        } else {
            LOG.debug("projection: still cannot go on", failure);
        }
        try {
            consumer.pause(consumer.assignment());
            ConsumerRecords<byte[], byte[]> none = consumer.poll(backoff);
            if (!none.isEmpty()) {
                positioned = false; // whatever it is, it is read again
            }
        } catch (WakeupException e) {
            LOG.debug("projection: woken up to close", e);
        } catch (RuntimeException e) {
            LOG.debug("projection: the consumer fails as well", e);
            positioned = false;
        }
        Duration next = backoff.multipliedBy(2);
        backoff = next.compareTo(LAST_BACKOFF) < 0 ? next : LAST_BACKOFF;
    }

    /** Whenever partitions come or go, everything starts again from the table. */
    private final class Rebalances implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Paused until positioned. Any position will do, but without one the consumer fails.
            consumer.pause(partitions);
            partitions.forEach(partition -> consumer.seek(partition, 0));
            restart();
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            restart();
        }

        private void restart() {
            positioned = false;
            pending = null;
        }
    }
}
