package io.streamgauge.control.live.resume;

import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads older records from Kafka, a piece at a time and each time from another place: one reader
 * serves many. Used by one thread; its failures are Kafka's, and pass.
 */
public final class LogReader implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final int MAX_RECORDS = 500;

    private final Map<Integer, String> topics;
    private final Map<String, Integer> logs = new HashMap<>();
    private final KafkaConsumer<byte[], byte[]> consumer;

    /** Where logs begin and end in Kafka now. */
    public record Bounds(Offsets begin, Offsets end) {}

    /** Some records, each partition's in order, and the place behind all of them. */
    public record Piece(List<Read> records, Offsets cursor) {}

    /** A record, and of which log. */
    public record Read(int log, ConsumerRecord<byte[], byte[]> record) {}

    /**
     * @param clientId names the client in the broker's logs and metrics
     * @param topics by the numbers of the logs
     */
    public LogReader(KafkaConfig config, String clientId, Map<Integer, String> topics) {
        this.topics = Map.copyOf(topics);
        topics.forEach((log, topic) -> logs.put(topic, log));
        // A piece is often read from elsewhere than the last: what is fetched ahead is lost.
        consumer =
                KafkaClients.consumer(
                        config,
                        clientId,
                        Map.of(
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                MAX_RECORDS,
                                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                                50,
                                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                                512 << 10,
                                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                                4 << 20));
    }

    /** Asks Kafka for the bounds of some logs. */
    public Bounds bounds(Collection<Integer> which) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int log : which) {
            String topic = topics.get(log);
            consumer.partitionsFor(topic)
                    .forEach(it -> partitions.add(new TopicPartition(topic, it.partition())));
        }
        return new Bounds(
                offsets(consumer.beginningOffsets(partitions)),
                offsets(consumer.endOffsets(partitions)));
    }

    /**
     * Reads a piece of what lies between two places.
     *
     * @throws org.apache.kafka.clients.consumer.OffsetOutOfRangeException where a part of it has
     *     gone meanwhile
     */
    public Piece read(Offsets from, Offsets until) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (int log : until.logs()) {
            for (int partition = 0; partition < until.partitions(log); partition++) {
                if (from.next(log, partition) < until.next(log, partition)) {
                    partitions.add(new TopicPartition(topics.get(log), partition));
                }
            }
        }
        if (partitions.isEmpty()) {
            return new Piece(List.of(), from);
        }
        consumer.assign(partitions);
        for (TopicPartition partition : partitions) {
            consumer.seek(partition, from.next(log(partition), partition.partition()));
        }
        List<Read> records = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            records.add(new Read(log(record.topic()), record));
        }
        Offsets cursor = from;
        for (TopicPartition partition : partitions) {
            // Also passes what is no record: marks of transactions, and what compaction removed.
            cursor =
                    cursor.with(
                            log(partition), partition.partition(), consumer.position(partition));
        }
        return new Piece(records, cursor);
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }

    private Offsets offsets(Map<TopicPartition, Long> byPartition) {
        Offsets offsets = Offsets.NONE;
        for (Map.Entry<TopicPartition, Long> entry : byPartition.entrySet()) {
            TopicPartition partition = entry.getKey();
            offsets = offsets.with(log(partition), partition.partition(), entry.getValue());
        }
        return offsets;
    }

    private int log(TopicPartition partition) {
        return log(partition.topic());
    }

    private int log(String topic) {
        Integer log = logs.get(topic);
        if (log == null) {
            throw new IllegalStateException("a record of a topic that was not asked for: " + topic);
        }
        return log;
    }
}
