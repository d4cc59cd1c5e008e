package io.streamgauge.control.projection;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.jdbi.v3.core.Handle;

/**
 * How far each partition is projected. Moving an offset doubles as the lock that makes results
 * stored once: it succeeds only from the place that the writer started at, and only for one writer.
 */
final class ProjectionOffsets {

    private static final String INSERT =
            """
            INSERT INTO projection_offsets (topic, partition, next_offset)
            SELECT topic, partition, 0
            FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[]))
                AS assigned (topic, partition)
            ON CONFLICT DO NOTHING\
            """;

    private static final String SELECT =
            """
            SELECT topic, partition, next_offset FROM projection_offsets
            WHERE (topic, partition) IN (
                SELECT * FROM unnest(CAST(:topics AS text[]), CAST(:partitions AS int[])))\
            """;

    private static final String MOVE =
            """
            UPDATE projection_offsets AS held SET next_offset = moved.target
            FROM unnest(
                    CAST(:topics AS text[]), CAST(:partitions AS int[]),
                    CAST(:expected AS bigint[]), CAST(:targets AS bigint[]))
                AS moved (topic, partition, expected, target)
            WHERE held.topic = moved.topic AND held.partition = moved.partition
                AND held.next_offset = moved.expected\
            """;

    private ProjectionOffsets() {}

    /** Where to go on, for each partition; 0 where nothing is projected yet. */
    static Map<TopicPartition, Long> load(Handle handle, Collection<TopicPartition> partitions) {
        List<String> topics = partitions.stream().map(TopicPartition::topic).toList();
        List<Integer> numbers = partitions.stream().map(TopicPartition::partition).toList();
        handle.createUpdate(INSERT)
                .bindArray("topics", String.class, topics)
                .bindArray("partitions", Integer.class, numbers)
                .execute();
        Map<TopicPartition, Long> offsets = new HashMap<>();
        handle.createQuery(SELECT)
                .bindArray("topics", String.class, topics)
                .bindArray("partitions", Integer.class, numbers)
                .map(
                        (row, context) ->
                                Map.entry(
                                        new TopicPartition(
                                                row.getString("topic"), row.getInt("partition")),
                                        row.getLong("next_offset")))
                .forEach(entry -> offsets.put(entry.getKey(), entry.getValue()));
        return offsets;
    }

    /**
     * Moves offsets, all or none in effect: the transaction must be rolled back on false.
     *
     * @return false where any of them is not where it is expected to be
     */
    static boolean move(
            Handle handle, Map<TopicPartition, Long> expected, Map<TopicPartition, Long> targets) {
        List<String> topics = new ArrayList<>();
        List<Integer> numbers = new ArrayList<>();
        List<Long> from = new ArrayList<>();
        List<Long> to = new ArrayList<>();
        targets.forEach(
                (partition, target) -> {
                    topics.add(partition.topic());
                    numbers.add(partition.partition());
                    from.add(expected.getOrDefault(partition, -1L));
                    to.add(target);
                });
        return handle.createUpdate(MOVE)
                        .bindArray("topics", String.class, topics)
                        .bindArray("partitions", Integer.class, numbers)
                        .bindArray("expected", Long.class, from)
                        .bindArray("targets", Long.class, to)
                        .execute()
                == targets.size();
    }
}
