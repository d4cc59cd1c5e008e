package io.streamgauge.control.kafka;

import io.streamgauge.control.config.KafkaConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;

/**
 * How one topic has to be.
 *
 * @param settings given to the topic when it is made
 * @param essential those of the settings without which the platform would go wrong; the others are
 *     the operator's to change
 * @param exactPartitions where order needs just so many
 */
record TopicPlan(
        String name,
        int partitions,
        short replicationFactor,
        Map<String, String> settings,
        Set<String> essential,
        OptionalInt exactPartitions) {

    /** Largest record batch; an event has 64 KiB at most, and Kafka's own default is the same. */
    private static final int MAX_MESSAGE_BYTES = 1 << 20;

    private static final long MAX_SEGMENT_BYTES = 256L << 20;
    private static final long MIN_SEGMENT_BYTES = 1L << 20;
    private static final long CONTROL_SEGMENT_BYTES = 16L << 20;

    /** Far longer than a question is waited for. */
    private static final Duration CONVERSATION_RETENTION = Duration.ofMinutes(10);

    /** People ask, and not often. */
    private static final int CONVERSATION_PARTITIONS = 3;

    private static final Set<String> ESSENTIAL =
            Set.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG);

    /** The plan of every topic. */
    static List<TopicPlan> of(KafkaConfig config) {
        return List.of(
                retained(config, config.topics().events(), config.eventPartitions()),
                control(config),
                retained(config, config.topics().aggregates(), config.resultPartitions()),
                retained(config, config.topics().late(), config.resultPartitions()),
                retained(config, config.topics().alerts(), config.resultPartitions()),
                statuses(config, config.topics().alertStatus()),
                statuses(config, config.topics().detectionStatus()),
                conversation(config, config.topics().queries(), CONVERSATION_PARTITIONS),
                conversation(config, config.topics().answers(), CONVERSATION_PARTITIONS),
                retained(config, config.topics().anomalies(), config.resultPartitions()),
                conversation(config, config.topics().bands(), config.resultPartitions()));
    }

    NewTopic newTopic() {
        return new NewTopic(name, partitions, replicationFactor).configs(settings);
    }

    /** What is wrong with the topic as it is, each in one line; empty where it will do. */
    List<String> problems(TopicDescription description, Config config) {
        List<String> problems = new ArrayList<>();
        int actual = description.partitions().size();
        if (exactPartitions.isPresent() && actual != exactPartitions.getAsInt()) {
            problems.add(problem("partitions", actual, exactPartitions.getAsInt()));
        }
        settings.forEach(
                (setting, expected) -> {
                    ConfigEntry entry = config.get(setting);
                    String value = entry == null ? "unknown" : entry.value();
                    if (essential.contains(setting) && !expected.equals(value)) {
                        problems.add(problem(setting, value, expected));
                    }
                });
        return problems;
    }

    private String problem(String setting, Object value, Object expected) {
        return "topic %s: %s: %s (expected: %s)".formatted(name, setting, value, expected);
    }

    /**
     * Kept for a time and up to a size. The broker stamps the records: what a job writes about
     * windows long past, or in the future, is kept for as long as everything else.
     */
    private static TopicPlan retained(KafkaConfig config, String name, int partitions) {
        Map<String, String> settings = shared(config);
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        Duration retention = config.eventRetention();
        settings.put(TopicConfig.RETENTION_MS_CONFIG, Long.toString(retention.toMillis()));
        settings.put(
                TopicConfig.RETENTION_BYTES_CONFIG,
                Long.toString(config.eventRetentionBytesPerPartition()));
        // Kafka deletes whole segments, and never the one it writes to: an eighth is how exact the
        // bounds are.
        settings.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(retention.toMillis() / 8));
        settings.put(
                TopicConfig.SEGMENT_BYTES_CONFIG,
                Long.toString(segmentBytes(config.eventRetentionBytesPerPartition())));
        return new TopicPlan(
                name,
                partitions,
                config.replicationFactor(),
                settings,
                ESSENTIAL,
                OptionalInt.empty());
    }

    /**
     * Compacted, so that its length is the number of definitions; in one partition, so that their
     * order is total. A job without state reads it whole, so the broker should tidy it early.
     */
    private static TopicPlan control(KafkaConfig config) {
        Map<String, String> settings = shared(config);
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        settings.put(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, "0.1");
        settings.put(
                TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofMinutes(10).toMillis()));
        settings.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(CONTROL_SEGMENT_BYTES));
        // How long a reader may take from a definition to the tombstone that ends it.
        settings.put(
                TopicConfig.DELETE_RETENTION_MS_CONFIG,
                Long.toString(Duration.ofDays(1).toMillis()));
        return new TopicPlan(
                config.topics().control(),
                1,
                config.replicationFactor(),
                settings,
                Set.of(TopicConfig.CLEANUP_POLICY_CONFIG),
                OptionalInt.of(1));
    }

    /** Compacted, so that what a job says of each rule or stream is always to be had. */
    private static TopicPlan statuses(KafkaConfig config, String name) {
        Map<String, String> settings = shared(config);
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        settings.put(TopicConfig.SEGMENT_MS_CONFIG, Long.toString(Duration.ofHours(1).toMillis()));
        settings.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(CONTROL_SEGMENT_BYTES));
        return new TopicPlan(
                name,
                config.resultPartitions(),
                config.replicationFactor(),
                settings,
                Set.of(TopicConfig.CLEANUP_POLICY_CONFIG),
                OptionalInt.empty());
    }

    /**
     * What nobody looks at again: whoever asked waits a few seconds, and whoever looks on has seen
     * it.
     */
    private static TopicPlan conversation(KafkaConfig config, String name, int partitions) {
        Map<String, String> settings = shared(config);
        settings.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
        settings.put(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG, "LogAppendTime");
        settings.put(
                TopicConfig.RETENTION_MS_CONFIG, Long.toString(CONVERSATION_RETENTION.toMillis()));
        settings.put(
                TopicConfig.SEGMENT_MS_CONFIG, Long.toString(CONVERSATION_RETENTION.toMillis()));
        settings.put(TopicConfig.SEGMENT_BYTES_CONFIG, Long.toString(CONTROL_SEGMENT_BYTES));
        return new TopicPlan(
                name,
                Math.min(config.resultPartitions(), partitions),
                config.replicationFactor(),
                settings,
                Set.of(TopicConfig.CLEANUP_POLICY_CONFIG),
                OptionalInt.empty());
    }

    private static Map<String, String> shared(KafkaConfig config) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(MAX_MESSAGE_BYTES));
        settings.put(
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                Integer.toString(minInSync(config.replicationFactor())));
        return settings;
    }

    /** A majority, where a majority can lose one: with two replicas either alone has to do. */
    private static int minInSync(short replicationFactor) {
        return replicationFactor <= 2 ? 1 : replicationFactor / 2 + 1;
    }

    private static long segmentBytes(long retentionBytes) {
        return retentionBytes < 0
                ? MAX_SEGMENT_BYTES
                : Math.clamp(retentionBytes / 8, MIN_SEGMENT_BYTES, MAX_SEGMENT_BYTES);
    }
}
