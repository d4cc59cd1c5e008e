package io.streamgauge.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.aggregate.Timing;
import java.util.Arrays;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Reads value and time of results that are final, and passes over early ones, which may be most of
 * what there is: their header tells, so that nobody has to look into them.
 */
final class FinalResultDeserializer implements KafkaRecordDeserializationSchema<TimedValue> {

    private static final long serialVersionUID = 1L;

    private static final byte[] EARLY = Timing.EARLY.wireName().getBytes(UTF_8);

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<TimedValue> out) {
        Header timing = record.headers().lastHeader(RecordHeaders.TIMING);
        boolean early = timing != null && Arrays.equals(timing.value(), EARLY);
        if (!early && record.value() != null) {
            out.collect(new TimedValue(record.value(), Math.max(0, record.timestamp())));
        }
    }

    @Override
    public TypeInformation<TimedValue> getProducedType() {
        return TypeInformation.of(TimedValue.class);
    }
}
