package io.streamgauge.control.projection;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.alert.JobClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * What one transaction writes: the rows of some records, and where to go on behind them.
 *
 * @param rows by tenant; of several with the same key only the one that counts
 * @param clocks of the alerting job's subtasks, the latest of each
 * @param nextOffsets by partition
 */
record ResultBatch(
        Map<TenantId, List<ResultRow>> rows,
        Collection<JobClock> clocks,
        Map<TopicPartition, Long> nextOffsets) {

    static ResultBatch of(ConsumerRecords<byte[], byte[]> records, ResultReader reader) {
        Map<Object, ResultRow> rowByKey = new LinkedHashMap<>();
        Map<Integer, JobClock> clocks = new TreeMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (reader.isClock(record)) {
                reader.clock(record)
                        .ifPresent(it -> clocks.merge(it.subtask(), it, ResultBatch::later));
            } else {
                reader.read(record)
                        .ifPresent(row -> rowByKey.merge(row.key(), row, ResultBatch::later));
            }
        }
        Map<TenantId, List<ResultRow>> byTenant = new TreeMap<>();
        for (ResultRow row : rowByKey.values()) {
            byTenant.computeIfAbsent(row.tenant(), tenant -> new ArrayList<>()).add(row);
        }
        Map<TopicPartition, Long> next = new HashMap<>();
        records.nextOffsets().forEach((partition, offset) -> next.put(partition, offset.offset()));
        return new ResultBatch(byTenant, clocks.values(), next);
    }

    /** The result that replaces the other; of equal ones the last. */
    private static ResultRow later(ResultRow present, ResultRow next) {
        return isOutdated(present, next) ? present : next;
    }

    private static boolean isOutdated(ResultRow present, ResultRow next) {
        return switch (next) {
            case ResultRow.Aggregate aggregate ->
                    present instanceof ResultRow.Aggregate held
                            && aggregate.revision() < held.revision();
            // States come in the order of their names: pending before firing.
            case ResultRow.Instance instance ->
                    present instanceof ResultRow.Instance held
                            && instance.transition().state().compareTo(held.transition().state())
                                    <= 0;
            case ResultRow.Status status ->
                    present instanceof ResultRow.Status held
                            && status.status().at() < held.status().at();
            case ResultRow.Judged judged ->
                    present instanceof ResultRow.Judged held
                            && judged.status().at() < held.status().at();
            case ResultRow.Rejection rejection -> false;
            case ResultRow.Unusual anomaly -> false;
        };
    }

    /** The rows whose tables have a partition for each day. */
    Collection<ResultRow.OfDay> ofDays() {
        return rows.values().stream()
                .flatMap(List::stream)
                .filter(ResultRow.OfDay.class::isInstance)
                .map(ResultRow.OfDay.class::cast)
                .toList();
    }

    /** The one that was told later: what an older run of the job says may come after it. */
    private static JobClock later(JobClock one, JobClock other) {
        return other.at() >= one.at() ? other : one;
    }
}
