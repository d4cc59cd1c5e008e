package io.streamgauge.control.kafka;

import io.streamgauge.control.config.KafkaConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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
 * Reads whole topics from their present end, on one thread, for as long as it is open. In no group:
 * every process reads everything.
 */
public final class TopicTail implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);
    private static final Duration PARTITIONS_REFRESH = Duration.ofSeconds(30);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

    private final List<String> topics;
    private final Beginnings beginnings;
    private final Consumer<ConsumerRecord<byte[], byte[]>> receiver;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Thread thread;
    private volatile boolean closing;

    // Used by the thread only, once it runs.
    private final Set<TopicPartition> assigned = new HashSet<>();
    private long partitionsSeenNanos;
    private boolean failing;

    /** Hears from which offset on a partition is read, before its first record. */
    @FunctionalInterface
    public interface Beginnings {

        void begins(TopicPartition partition, long offset);
    }

    private TopicTail(
            KafkaConfig config,
            String clientId,
            List<String> topics,
            Beginnings beginnings,
            Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        this.topics = List.copyOf(topics);
        this.beginnings = beginnings;
        this.receiver = receiver;
        consumer =
                KafkaClients.consumer(
                        config,
                        clientId,
                        // What is gone is not missed: it goes on at the end.
                        Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"));
        thread = Thread.ofPlatform().name(clientId).unstarted(this::run);
    }

    /**
     * Starts reading. What is written from here on is read.
     *
     * @param clientId names the client in the broker's logs and metrics, and the thread
     * @param topics which have to be there
     * @param beginnings called before this returns, and for partitions that are added later
     * @param receiver called for each record, in the order of each partition; must not block
     * @throws KafkaException where Kafka cannot be reached
     */
    public static TopicTail start(
            KafkaConfig config,
            String clientId,
            List<String> topics,
            Beginnings beginnings,
            Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        TopicTail tail = new TopicTail(config, clientId, topics, beginnings, receiver);
        try {
            tail.seekToEnd();
        } catch (RuntimeException e) {
            tail.consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
        tail.thread.start();
        return tail;
    }

    /** As above, where it does not matter from which offsets on. */
    public static TopicTail start(
            KafkaConfig config,
            String clientId,
            List<String> topics,
            Consumer<ConsumerRecord<byte[], byte[]>> receiver) {
        return start(config, clientId, topics, (partition, offset) -> {}, receiver);
    }

    /** Stops reading. */
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
            while (!closing) {
                try {
                    refreshPartitions();
                    consumer.poll(POLL).forEach(receiver);
                    failing = false;
                } catch (WakeupException e) {
                    LOG.debug("tail: woken up to close", e);
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
            LOG.warn("{}: reading fails, trying again until it works", thread.getName(), failure);
        }
        try {
            Thread.sleep(RETRY);
        } catch (InterruptedException e) {
            LOG.debug("tail: interrupted to close", e);
        }
    }

    private void seekToEnd() {
        List<TopicPartition> partitions = partitions();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        // Asked for now, or the ends would be looked up later.
        partitions.forEach(it -> beginnings.begins(it, consumer.position(it)));
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
            added.forEach(it -> beginnings.begins(it, consumer.position(it)));
        }
    }

    private List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics) {
            consumer.partitionsFor(topic)
                    .forEach(it -> partitions.add(new TopicPartition(topic, it.partition())));
        }
        return partitions;
    }
}
