package io.streamgauge.control.config;

import io.streamgauge.contracts.Topics;
import java.time.Duration;

/**
 * How to reach Kafka, and how the topics are made where they are missing.
 *
 * @param bootstrapServers {@code host:port}, several separated by commas
 * @param topics the topics' names
 * @param eventPartitions of the events topic; cannot be changed later without moving series
 * @param resultPartitions of the topics of results
 * @param replicationFactor of every topic
 * @param eventRetention how long events can be replayed
 * @param eventRetentionBytesPerPartition how much of a partition is kept at most; -1 is no bound
 */
public record KafkaConfig(
        String bootstrapServers,
        Topics topics,
        int eventPartitions,
        int resultPartitions,
        short replicationFactor,
        Duration eventRetention,
        long eventRetentionBytesPerPartition) {

    public static final int DEFAULT_EVENT_PARTITIONS = 12;
    public static final int DEFAULT_RESULT_PARTITIONS = 6;
    public static final short DEFAULT_REPLICATION_FACTOR = 3;
    public static final Duration DEFAULT_EVENT_RETENTION = Duration.ofDays(7);

    /**
     * @throws InvalidConfigException with every problem
     */
    public KafkaConfig {
        new ConfigChecks("kafka")
                .present("bootstrap-servers", bootstrapServers)
                .within("event-partitions", eventPartitions, 1, 1_000)
                .within("result-partitions", resultPartitions, 1, 1_000)
                .within("replication-factor", replicationFactor, 1, 10)
                .within(
                        "event-retention",
                        eventRetention,
                        Duration.ofMinutes(10),
                        Duration.ofDays(3_650))
                .check(
                        eventRetentionBytesPerPartition == -1
                                || eventRetentionBytesPerPartition >= 1 << 20,
                        "event-retention-bytes-per-partition",
                        Long.toString(eventRetentionBytesPerPartition),
                        "-1, or at least 1048576")
                .done();
    }
}
