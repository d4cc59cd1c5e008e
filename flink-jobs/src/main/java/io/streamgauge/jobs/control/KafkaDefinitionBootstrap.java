package io.streamgauge.jobs.control;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the compacted control topic from its beginning to where it ends now.
 *
 * @param topic name of the control topic, which must exist
 * @param silence longest wait for a broker that says nothing; then the task fails and Flink tries
 *     again
 */
public record KafkaDefinitionBootstrap(String bootstrapServers, String topic, Duration silence)
        implements DefinitionBootstrap {

    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** Waits for half a minute. */
    public KafkaDefinitionBootstrap(String bootstrapServers, String topic) {
        this(bootstrapServers, topic, SILENCE);
    }

    @Override
    public Collection<DefinitionUpdate> read() throws IOException {
        Map<String, DefinitionUpdate> last = new LinkedHashMap<>();
        for (DefinitionUpdate update : history()) {
            last.remove(update.key()); // keeps the order of the last updates
            last.put(update.key(), update);
        }
        return last.values();
    }

    /** What the log's compaction has left, superseded updates and tombstones included. */
    @Override
    public Collection<DefinitionUpdate> history() throws IOException {
        Properties properties = new Properties();
        properties.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        List<DefinitionUpdate> history = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                        properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic, silence).stream()
                            .map(KafkaDefinitionBootstrap::partition)
                            .toList();
            if (partitions.isEmpty()) {
                throw new IOException(
                        "topic " + topic + ": no partitions (expected: the control plane made it)");
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, silence);
            long heard = System.nanoTime();
            while (!reached(consumer, ends)) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    heard = System.nanoTime();
                    if (record.key() != null) {
                        history.add(DefinitionUpdateDeserializer.toUpdate(record));
                    }
                }
                if (System.nanoTime() - heard > silence.toNanos()) {
                    throw new IOException(
                            "topic %s: no answer for %s while reading definitions, %d read"
                                    .formatted(topic, silence, history.size()));
                }
            }
        } catch (KafkaException e) {
            throw new IOException(
                    "topic %s of %s: cannot be read: %s"
                            .formatted(topic, bootstrapServers, e.getMessage()),
                    e);
        }
        return history;
    }

    /** By position, not by records: the end of a compacted log may hold none. */
    private static boolean reached(KafkaConsumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private static TopicPartition partition(PartitionInfo info) {
        return new TopicPartition(Objects.requireNonNull(info.topic()), info.partition());
    }
}
