package io.streamgauge.control.backtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.alerting.backtest.BacktestEvent;
import io.streamgauge.contracts.InvalidInputException;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.EventDecoder;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.rest.TimeRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Keeps of the records that are read those that are the streams' events, within bounds, and knows
 * up to when all partitions have been read. For one thread.
 */
final class ScanSink {

    private static final Comparator<BacktestEvent> ORDER =
            Comparator.comparingLong(BacktestEvent::arrival)
                    .thenComparingInt(BacktestEvent::partition)
                    .thenComparingLong(BacktestEvent::offset);

    private final TenantId tenant;
    private final TimeRange range;
    private final StoredEvents.Bounds bounds;

    /** By id and by name: direct producers name a stream. */
    private final Map<String, Stream> streams = new HashMap<>();

    private final List<BacktestEvent> events = new ArrayList<>();

    /** The latest arrival read, by partition; past any where the partition is done. */
    private final Map<Integer, Long> reached = new HashMap<>();

    private long from;
    private long invalid;
    private long records;
    private long bytes;
    private long keptBytes;
    private @Nullable String stopped;

    private record Stream(StreamDefinition definition, EventDecoder decoder) {}

    ScanSink(
            TenantId tenant,
            Collection<StreamDefinition> definitions,
            TimeRange range,
            StoredEvents.Bounds bounds) {
        this.tenant = tenant;
        this.range = range;
        this.bounds = bounds;
        from = range.from().toEpochMilli();
        for (StreamDefinition definition : definitions) {
            Stream stream = new Stream(definition, new EventDecoder(definition.spec()));
            streams.put(definition.id().toString(), stream);
            streams.put(definition.name(), stream);
        }
    }

    TimeRange range() {
        return range;
    }

    StoredEvents.Bounds bounds() {
        return bounds;
    }

    /** A partition is going to be read. */
    void opened(int partition) {
        reached.put(partition, from);
    }

    /** A partition has nothing more of the range. */
    void finished(int partition) {
        reached.put(partition, Long.MAX_VALUE);
    }

    /** The log has nothing from before a time any more. */
    void beginsAt(long time) {
        from = Math.max(from, time);
    }

    /** Ends the reading. */
    void stop(String bound) {
        if (stopped == null) {
            stopped = bound;
        }
    }

    boolean mayGoOn() {
        return stopped == null;
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
        if (stopped != null) {
            return;
        }
        records++;
        bytes += record.serializedValueSize() + record.serializedKeySize();
        if (bytes > bounds.scannedBytes()) {
            stop("bytes");
            return;
        }
        long arrival = arrival(record);
        reached.merge(record.partition(), arrival, Math::max);
        if (arrival < from
                || arrival >= range.to().toEpochMilli()
                || !tenant.value().equals(text(record, RecordHeaders.TENANT))
                || RecordHeaders.HEARTBEAT.equals(text(record, RecordHeaders.KIND))) {
            return;
        }
        Stream stream = streams.get(text(record, RecordHeaders.STREAM));
        if (stream != null) {
            keep(record, arrival, stream);
        }
    }

    private void keep(ConsumerRecord<byte[], byte[]> record, long arrival, Stream stream) {
        byte[] value = record.value();
        if (value == null) {
            invalid++;
            return;
        }
        keptBytes += value.length;
        if (events.size() >= bounds.events() || keptBytes > bounds.keptBytes()) {
            stop("events");
            return;
        }
        try {
            events.add(
                    new BacktestEvent(
                            stream.definition().id(),
                            stream.decoder().decodeRow(value),
                            arrival,
                            record.partition(),
                            record.offset()));
        } catch (InvalidInputException e) {
            invalid++;
        }
    }

    /** What was read, as far as all partitions were. */
    EventScan scan() {
        long whole = reached.values().stream().mapToLong(Long::longValue).min().orElse(from);
        long to = Math.min(range.to().toEpochMilli(), whole);
        List<BacktestEvent> complete =
                events.stream()
                        .filter(it -> it.arrival() >= from && it.arrival() < to)
                        .sorted(ORDER)
                        .toList();
        return new EventScan(
                complete, from, to, invalid, records, bytes, Optional.ofNullable(stopped));
    }

    /** As the job has it: the gateway's stamp, never later than the broker's. */
    private static long arrival(ConsumerRecord<byte[], byte[]> record) {
        String stamp = text(record, RecordHeaders.ARRIVAL);
        try {
            return Math.min(Long.parseLong(stamp), record.timestamp());
        } catch (NumberFormatException none) {
            return record.timestamp();
        }
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }
}
