package io.streamgauge.control.outbox;

import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.database.Database;
import io.streamgauge.control.kafka.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the outbox to the control topic, in order, and deletes what Kafka has acknowledged.
 *
 * <p><b>Order.</b> Of several replicas one works at a time: each round is one database transaction
 * under an advisory lock, which PostgreSQL gives back by itself when a replica dies. Messages go
 * out in the order of their ids. Where a key stands twice, the second waits until the first is
 * acknowledged, so that a failure in between cannot swap the two.
 *
 * <p><b>Failure.</b> A crash between the acknowledgement and the commit of the deletion publishes
 * the same messages again: their readers take a definition they have already for what it is. While
 * Kafka or the database is away, the relay says so once, tries again with growing pauses, and says
 * when it is over.
 */
public final class OutboxRelay implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(OutboxRelay.class);

    /** Any number, as long as nothing else in this database locks it. */
    private static final long LOCK = 0x5347_4f55_5442_4f58L; // "SGOUTBOX"

    private static final int BATCH = 200;
    private static final Duration POLL = Duration.ofMillis(250);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    /** How long Kafka may take for a message; bounds how long a round holds its transaction. */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(10);

    private static final int CLOSE_SECONDS = 3;

    private final Database database;
    private final Outbox outbox;
    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final Clock clock;
    private final Thread thread;
    private final LongAdder published = new LongAdder();
    private final LongAdder failedRounds = new LongAdder();
    private final AtomicReference<@Nullable Instant> failingSince = new AtomicReference<>();
    private volatile boolean closed;

    private record Message(long id, String key, ProducerRecord<byte[], byte[]> content) {}

    private OutboxRelay(
            Database database,
            Outbox outbox,
            Producer<byte[], byte[]> producer,
            String topic,
            Clock clock) {
        this.database = database;
        this.outbox = outbox;
        this.producer = producer;
        this.topic = topic;
        this.clock = clock;
        thread = Thread.ofVirtual().name("outbox-relay").unstarted(this::run);
    }

    /** Starts the relay; it works until it is closed. */
    public static OutboxRelay start(
            Database database, Outbox outbox, KafkaConfig kafka, Clock clock) {
        Producer<byte[], byte[]> producer =
                KafkaClients.producer(
                        kafka,
                        "streamgauge-outbox-relay",
                        Map.of(
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                DELIVERY_TIMEOUT.toMillis(),
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                (int) DELIVERY_TIMEOUT.toMillis()));
        OutboxRelay relay =
                new OutboxRelay(database, outbox, producer, kafka.topics().control(), clock);
        relay.thread.start();
        return relay;
    }

    /** Messages published since the start. */
    public long published() {
        return published.sum();
    }

    /** Rounds that failed since the start. */
    public long failedRounds() {
        return failedRounds.sum();
    }

    /** For how long every round has failed; empty while all is well. */
    public Optional<Duration> failingFor() {
        return Optional.ofNullable(failingSince.get())
                .map(since -> Duration.between(since, clock.instant()));
    }

    /** Stops after the round under way, which takes {@value #CLOSE_SECONDS} s at most. */
    @Override
    public void close() {
        closed = true;
        outbox.committed(); // ends the wait for work
        try {
            if (!thread.join(Duration.ofSeconds(CLOSE_SECONDS))) {
                thread.interrupt();
                thread.join();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        } finally {
            producer.close(Duration.ofSeconds(1));
        }
    }

    private void run() {
        Duration pause = FIRST_PAUSE;
        while (!closed) {
            try {
                boolean more = database.inSystem(this::round);
                recovered();
                pause = FIRST_PAUSE;
                if (!more) {
                    outbox.awaitWork(POLL);
                }
            } catch (InterruptedException e) {
                return; // by close()
            } catch (RuntimeException e) {
                if (closed) {
                    return;
                }
                failed(e);
                pause = pauseAfter(pause);
            }
        }
    }

    /** Waits, and says how long to wait the next time. */
    private Duration pauseAfter(Duration pause) {
        try {
            outbox.awaitWork(pause);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        Duration next = pause.multipliedBy(2);
        return next.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : next;
    }

    /** Publishes one batch; true where there may be more. */
    private boolean round(Handle handle) {
        boolean alone =
                handle.createQuery("SELECT pg_try_advisory_xact_lock(:lock)")
                        .bind("lock", LOCK)
                        .mapTo(Boolean.class)
                        .one();
        if (!alone) {
            return false;
        }
        List<Message> messages =
                handle.createQuery(
                                """
                                SELECT id, message_key, payload FROM outbox
                                ORDER BY id LIMIT :limit\
                                """)
                        .bind("limit", BATCH)
                        .map((row, context) -> message(row))
                        .list();
        for (List<Message> group : withoutRepeatedKeys(messages)) {
            publish(group);
        }
        if (!messages.isEmpty()) {
            handle.createUpdate("DELETE FROM outbox WHERE id = ANY(:ids)")
                    .bind("ids", messages.stream().mapToLong(Message::id).toArray())
                    .execute();
        }
        return messages.size() == BATCH;
    }

    private Message message(ResultSet row) throws SQLException {
        String key = row.getString("message_key");
        return new Message(
                row.getLong("id"),
                key,
                new ProducerRecord<>(
                        topic, key.getBytes(StandardCharsets.UTF_8), row.getBytes("payload")));
    }

    private static List<List<Message>> withoutRepeatedKeys(List<Message> messages) {
        List<List<Message>> groups = new ArrayList<>();
        Set<String> keys = new HashSet<>();
        for (Message message : messages) {
            boolean repeated = !keys.add(message.key());
            if (groups.isEmpty() || repeated) {
                groups.add(new ArrayList<>());
                keys.clear();
                keys.add(message.key());
            }
            groups.getLast().add(message);
        }
        return groups;
    }

    private void publish(List<Message> messages) {
        List<Future<?>> acknowledgements = new ArrayList<>(messages.size());
        for (Message message : messages) {
            acknowledgements.add(producer.send(message.content()));
        }
        for (Future<?> acknowledgement : acknowledgements) {
            try {
                acknowledgement.get();
            } catch (ExecutionException e) {
                throw new KafkaException("the control topic did not take a message", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while publishing", e);
            }
        }
        published.add(messages.size());
    }

    private void failed(RuntimeException failure) {
        failedRounds.increment();
        if (failingSince.compareAndSet(null, clock.instant())) {
            LOG.warn("the outbox cannot be published; trying again", failure);
        }
    }

    private void recovered() {
        Instant since = failingSince.getAndSet(null);
        if (since != null) {
            LOG.info(
                    "the outbox is published again, after {}",
                    Duration.between(since, clock.instant()));
        }
    }
}
