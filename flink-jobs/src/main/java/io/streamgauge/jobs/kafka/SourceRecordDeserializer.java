package io.streamgauge.jobs.kafka;

import io.streamgauge.contracts.RecordHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Reads a record's headers. Whatever they hold, there is a result: a record that makes no sense is
 * for the router to reject, with its reason, and never for the source to fail on.
 */
public final class SourceRecordDeserializer
        implements KafkaRecordDeserializationSchema<SourceRecord> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<SourceRecord> out) {
        out.collect(toSourceRecord(record));
    }

    static SourceRecord toSourceRecord(ConsumerRecord<byte[], byte[]> record) {
        long stamp = number(record, RecordHeaders.ARRIVAL);
        boolean stamped = stamp > 0;
        return new SourceRecord(
                text(record, RecordHeaders.TENANT),
                text(record, RecordHeaders.STREAM),
                Math.max(0, number(record, RecordHeaders.DEFINITION_VERSION)),
                stamped ? Math.min(stamp, record.timestamp()) : record.timestamp(),
                stamped,
                RecordHeaders.HEARTBEAT.equals(text(record, RecordHeaders.KIND)),
                record.partition(),
                record.offset(),
                record.value());
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        byte[] value = header == null ? null : header.value();
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }

    /** The header's number, or -1 where it is missing or not one. */
    private static long number(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        byte[] digits = header == null ? null : header.value();
        if (digits == null
                || digits.length == 0
                || digits.length > 18) { // 18 digits cannot overflow
            return -1;
        }
        long number = 0;
        for (byte digit : digits) {
            if (digit < '0' || digit > '9') {
                return -1;
            }
            number = number * 10 + (digit - '0');
        }
        return number;
    }

    @Override
    public TypeInformation<SourceRecord> getProducedType() {
        return TypeInformation.of(SourceRecord.class);
    }
}
