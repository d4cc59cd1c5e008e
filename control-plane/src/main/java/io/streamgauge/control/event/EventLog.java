package io.streamgauge.control.event;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.Durations;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writing end of the events topic: stamps events with their arrival, hands them to Kafka, and
 * keeps the platform's clock moving with heartbeats where no events arrive.
 *
 * <p><b>The clock.</b> A job's time is the smallest over all partitions of the largest stamp seen
 * in each, so every partition needs a fresh stamp all the time, and none may go back: see {@link
 * PartitionClock}. When Kafka stands still, no heartbeat is acknowledged and none is sent: the
 * clock stands still with it, and nothing becomes late.
 *
 * <p><b>A partition's first record.</b> A topic is known before its leaders take records. Were
 * several batches under way at that moment, the first could be refused and a later one taken; to
 * the broker the first, sent again, is then out of order for ever, and its events are lost. So the
 * first record of a partition is a heartbeat, alone, and events wait until it is acknowledged.
 *
 * <p><b>Waiting.</b> Bytes that Kafka has not acknowledged are bounded over all requests together.
 * A request that finds the bound reached, or Kafka away, waits outside of any lock, and fails after
 * a while. The producer's own buffer is larger than the bound, so that sending itself never waits.
 *
 * <p>Safe for use by many threads.
 */
public final class EventLog implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);

    /** Events and their overhead that may wait for acknowledgement at once. */
    private static final int MAX_BYTES_UNDER_WAY = 48 << 20;

    /**
     * Batches are allocated whole and may be sent half empty, so the producer needs more than the
     * events' own size.
     */
    private static final long PRODUCER_BUFFER_BYTES = 96L << 20;

    private static final int PRODUCER_BATCH_BYTES = 64 << 10;

    /** Record framing, headers, and the objects that stand for an event until it is answered. */
    private static final int OVERHEAD_BYTES = 300;

    /** How long Kafka may take to acknowledge an event, retries included. */
    static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(10);

    /** How long an event may wait until it can be sent at all. */
    private static final Duration WAIT_LIMIT = Duration.ofSeconds(10);

    private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration OPEN_POLL = Duration.ofMillis(20);

    /** When clients should come again while Kafka is away. */
    static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

    /** How finely it is looked whether a partition needs a heartbeat. */
    private static final int TICKS_PER_HEARTBEAT = 5;

    /** How soon it is seen that an operator has added partitions. */
    private static final Duration METADATA_AGE = Duration.ofSeconds(30);

    private static final Map<String, Object> SETTINGS =
            Map.of(
                    // Under load requests share batches; compressing small ones would cost more
                    // than it
                    // saves. A topic can be set to compress at the broker.
                    ProducerConfig.LINGER_MS_CONFIG,
                    1,
                    ProducerConfig.BATCH_SIZE_CONFIG,
                    PRODUCER_BATCH_BYTES,
                    ProducerConfig.BUFFER_MEMORY_CONFIG,
                    PRODUCER_BUFFER_BYTES,
                    // Sending happens under a partition's lock: it must never wait.
                    ProducerConfig.MAX_BLOCK_MS_CONFIG,
                    0L,
                    ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                    Math.toIntExact(DELIVERY_TIMEOUT.toMillis()),
                    ProducerConfig.METADATA_MAX_AGE_CONFIG,
                    METADATA_AGE.toMillis());

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Duration heartbeat;
    private final InstantSource wallClock;
    private final Gate topicKnown = new Gate();
    private final Semaphore room = new Semaphore(MAX_BYTES_UNDER_WAY, true);
    private final LongAdder acknowledged = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder heartbeats = new LongAdder();
    private volatile long lastAnswerNanos = System.nanoTime();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("event-log-heartbeat").daemon().factory());
    private final CountDownLatch begun = new CountDownLatch(1);
    private PartitionClock[] known; // used by the timer's thread only, once that runs
    private volatile PartitionClock[] partitions = {}; // those that events go to
    private boolean beatFailing; // used by the timer's thread only

    /** Is told what became of one event. */
    @FunctionalInterface
    interface Receipt {

        /**
         * Called once, on a thread that must not be held up.
         *
         * @param failure why Kafka has not acknowledged the event; empty where it has
         */
        void answered(Optional<Exception> failure);
    }

    private EventLog(
            Producer<byte[], byte[]> producer,
            String topic,
            Duration heartbeat,
            InstantSource wallClock) {
        this.producer = producer;
        this.topic = topic;
        this.heartbeat = heartbeat;
        this.wallClock = wallClock;
        known = grown(new PartitionClock[0], awaitPartitions());
    }

    /**
     * Connects, starts the heartbeats, and waits until Kafka has one in every partition.
     *
     * @throws KafkaException where Kafka cannot be reached, has no events topic or does not take
     *     records into each of its partitions
     */
    public static EventLog open(KafkaConfig kafka, IngestConfig ingest) {
        return open(kafka, ingest, InstantSource.system());
    }

    /** As {@link #open(KafkaConfig, IngestConfig)}, with another wall clock. */
    static EventLog open(KafkaConfig kafka, IngestConfig ingest, InstantSource wallClock) {
        Producer<byte[], byte[]> producer =
                KafkaClients.producer(kafka, "streamgauge-events", SETTINGS);
        EventLog log;
        try {
            log = new EventLog(producer, kafka.topics().events(), ingest.heartbeat(), wallClock);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        log.startHeartbeats();
        try {
            if (!log.begun.await(OPEN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                log.close();
                throw new TimeoutException(
                        "%s: no heartbeat in every partition within %s"
                                .formatted(log.topic, Durations.format(OPEN_TIMEOUT)));
            }
        } catch (InterruptedException e) {
            log.close();
            throw new InterruptException(e); // which sets the flag again
        }
        return log;
    }

    /**
     * Stamps and sends an event. Waits where too much is waiting for Kafka already; never throws
     * for a reason of Kafka's, but tells the receipt.
     *
     * @param key the series, as its text
     * @param event its JSON; not copied
     */
    void append(EventAddress address, String key, byte[] event, Receipt receipt) {
        byte[] keyBytes = key.getBytes(UTF_8);
        int cost = event.length + keyBytes.length + OVERHEAD_BYTES;
        try {
            if (!topicKnown.await(WAIT_LIMIT)) {
                failed.increment();
                receipt.answered(Optional.of(new TimeoutException("Kafka cannot be reached")));
                return;
            }
            if (!room.tryAcquire(cost, WAIT_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                failed.increment();
                receipt.answered(Optional.of(new TimeoutException("no room for more events")));
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed.increment();
            receipt.answered(Optional.of(e));
            return;
        }
        PartitionClock[] all = partitions;
        try {
            // As Kafka's own partitioner does it, so that direct producers' events of a series go
            // the same way; done here, because the stamp depends on it.
            all[Utils.toPositive(Utils.murmur2(keyBytes)) % all.length].append(
                    address,
                    keyBytes,
                    event,
                    (metadata, failure) -> answer(cost, failure, receipt));
        } catch (KafkaException | IllegalStateException e) { // closed, interrupted or broken
            answer(cost, e, receipt);
        }
    }

    /** How many events Kafka has acknowledged since the start. */
    public long acknowledged() {
        return acknowledged.sum();
    }

    /** How many events it has not, since the start. */
    public long failed() {
        return failed.sum();
    }

    /** How many heartbeats were sent since the start. */
    public long heartbeats() {
        return heartbeats.sum();
    }

    /**
     * How long ago Kafka last acknowledged an event or a heartbeat. Much more than the interval of
     * heartbeats means that it is away, and that the platform's clock stands still.
     */
    public Duration silence() {
        return Duration.ofNanos(System.nanoTime() - lastAnswerNanos);
    }

    /** Stops the heartbeats and gives events under way a few seconds. */
    @Override
    public void close() {
        timer.shutdown();
        boolean interrupted = false;
        try {
            if (!timer.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("event log: the heartbeat did not stop within {}", CLOSE_TIMEOUT);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        producer.close(interrupted ? Duration.ZERO : CLOSE_TIMEOUT);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(int cost, @Nullable Exception failure, Receipt receipt) {
        room.release(cost);
        if (failure == null) {
            acknowledged.increment();
            lastAnswerNanos = System.nanoTime();
        } else {
            failed.increment();
        }
        receipt.answered(Optional.ofNullable(failure));
    }

    private void startHeartbeats() {
        long tick = Math.max(1_000_000, heartbeat.toNanos() / TICKS_PER_HEARTBEAT);
        Future<?> unused = // ends with the timer; beat() lets nothing through
                timer.scheduleWithFixedDelay(this::beat, 0, tick, TimeUnit.NANOSECONDS);
    }

    private void beat() {
        try {
            if (!lookAtTopic()) {
                return;
            }
            // A tick less than the interval: the next look comes only after a tick.
            Duration quiet =
                    heartbeat.multipliedBy(TICKS_PER_HEARTBEAT - 1).dividedBy(TICKS_PER_HEARTBEAT);
            for (PartitionClock partition : known) {
                if (partition.beat(quiet, () -> lastAnswerNanos = System.nanoTime())) {
                    heartbeats.increment();
                }
            }
            if (partitions.length < known.length
                    && Arrays.stream(known).allMatch(PartitionClock::begun)) {
                partitions = known;
                begun.countDown();
            }
            beatFailing = false;
        } catch (RuntimeException e) {
            // Must not end the schedule: the clock would never move again.
            if (!beatFailing) {
                beatFailing = true;
                LOG.warn("event log: heartbeats fail, the platform's clock stands still", e);
            }
        }
    }

    /**
     * Whether the producer knows the topic. It forgets everything when no broker answers any more,
     * and could then only wait or fail; and it learns of partitions that an operator has added.
     */
    private boolean lookAtTopic() {
        try {
            known = grown(known, producer.partitionsFor(topic).size());
            topicKnown.open();
            return true;
        } catch (TimeoutException e) {
            if (topicKnown.isOpen()) {
                LOG.warn("event log: Kafka is away, the platform's clock stands still");
            }
            topicKnown.close();
            return false;
        }
    }

    private int awaitPartitions() {
        long deadline = System.nanoTime() + OPEN_TIMEOUT.toNanos();
        while (true) {
            try {
                return producer.partitionsFor(topic).size();
            } catch (TimeoutException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LOG.debug("event log: still waiting for topic {}", topic, e);
            }
            try {
                Thread.sleep(OPEN_POLL);
            } catch (InterruptedException e) {
                throw new InterruptException(e); // which sets the flag again
            }
        }
    }

    /** The same clocks, and new ones for partitions that were added. Kafka never removes any. */
    private PartitionClock[] grown(PartitionClock[] old, int size) {
        if (size <= old.length) {
            return old;
        }
        PartitionClock[] clocks = Arrays.copyOf(old, size);
        for (int i = old.length; i < size; i++) {
            clocks[i] = new PartitionClock(producer, topic, i, heartbeat, wallClock);
        }
        return clocks;
    }
}
