package io.streamgauge.control.backtest;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.problem.Unavailable;
import io.streamgauge.control.rest.TimeRange;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads some streams' events of a time from the events topic. The topic has the events of all
 * tenants in the order of their arrival, so all of that time has to be read, with bounds on
 * records, bytes and time. Where a bound ends it early, what is left is whole up to a time.
 */
public final class StoredEvents {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    /** Longer than the gateway may take from an event's stamp to its append. */
    private static final long APPEND_SLACK_MILLIS = Duration.ofSeconds(25).toMillis();

    private final KafkaConfig config;

    /**
     * How much is read.
     *
     * @param events of the streams, that are kept
     * @param keptBytes what these may come to
     * @param scannedBytes what all records may come to
     */
    record Bounds(long events, long keptBytes, long scannedBytes, Duration time) {

        static final Bounds DEFAULT =
                new Bounds(200_000, 64L << 20, 1L << 30, Duration.ofSeconds(20));
    }

    public StoredEvents(KafkaConfig config) {
        this.config = config;
    }

    /** How long events are kept, at the most. */
    Duration retention() {
        return config.eventRetention();
    }

    /**
     * Reads.
     *
     * @param range of arrivals
     * @throws Unavailable where Kafka is away
     */
    EventScan read(
            TenantId tenant, Collection<StreamDefinition> streams, TimeRange range, Bounds bounds) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(
                        config,
                        "streamgauge-backtest",
                        Map.of(
                                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                                5_000,
                                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                                1 << 20,
                                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                Math.toIntExact(RETRY_AFTER.toMillis())))) {
            try {
                return new Reading(consumer, new ScanSink(tenant, streams, range, bounds)).run();
            } finally {
                consumer.close(CloseOptions.timeout(Duration.ZERO));
            }
        } catch (KafkaException e) {
            throw new Unavailable("backtest: the events cannot be read", RETRY_AFTER, e);
        }
    }

    /** The work of one reading. */
    private final class Reading {

        private final KafkaConsumer<byte[], byte[]> consumer;
        private final ScanSink sink;
        private final Map<TopicPartition, Long> ends = new HashMap<>();
        private final Set<TopicPartition> open = new HashSet<>();

        Reading(KafkaConsumer<byte[], byte[]> consumer, ScanSink sink) {
            this.consumer = consumer;
            this.sink = sink;
        }

        EventScan run() {
            position();
            long deadline = System.nanoTime() + sink.bounds().time().toNanos();
            while (!open.isEmpty() && sink.mayGoOn()) {
                if (System.nanoTime() - deadline > 0) {
                    sink.stop("elapsed");
                    break;
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    take(record);
                }
                if (sink.mayGoOn()) { // else some of what was polled has not been taken
                    finishWhatIsRead();
                }
            }
            return sink.scan();
        }

        private void position() {
            String topic = config.topics().events();
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(it -> new TopicPartition(topic, it.partition()))
                            .toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> times = new HashMap<>();
            partitions.forEach(it -> times.put(it, sink.range().from().toEpochMilli()));
            // An event is appended after its stamp: none that is wanted is before these.
            Map<TopicPartition, OffsetAndTimestamp> starts = consumer.offsetsForTimes(times);
            Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions);
            ends.putAll(consumer.endOffsets(partitions));
            for (TopicPartition partition : partitions) {
                OffsetAndTimestamp start = starts.get(partition);
                if (start == null) { // nothing is as late
                    sink.finished(partition.partition());
                    consumer.seekToEnd(List.of(partition));
                    continue;
                }
                long beginning = beginnings.getOrDefault(partition, 0L);
                if (beginning > 0 && start.offset() <= beginning) {
                    sink.beginsAt(start.timestamp());
                }
                consumer.seek(partition, start.offset());
                open.add(partition);
                sink.opened(partition.partition());
            }
        }

        private void take(ConsumerRecord<byte[], byte[]> record) {
            TopicPartition partition = new TopicPartition(record.topic(), record.partition());
            if (!open.contains(partition) || record.offset() >= end(partition)) {
                return;
            }
            if (record.timestamp() >= sink.range().to().toEpochMilli() + APPEND_SLACK_MILLIS) {
                finish(partition);
                return;
            }
            sink.take(record);
        }

        private void finishWhatIsRead() {
            for (TopicPartition partition : List.copyOf(open)) {
                if (consumer.position(partition) >= end(partition)) {
                    finish(partition);
                }
            }
        }

        private void finish(TopicPartition partition) {
            if (open.remove(partition)) {
                consumer.pause(List.of(partition));
                sink.finished(partition.partition());
            }
        }

        private long end(TopicPartition partition) {
            return ends.getOrDefault(partition, 0L);
        }
    }
}
