package io.streamgauge.jobs.kafka;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads value and time as they are; a record without one says nothing and is passed over. */
final class ValueDeserializer implements KafkaRecordDeserializationSchema<TimedValue> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<TimedValue> out) {
        if (record.value() != null) {
            out.collect(new TimedValue(record.value(), Math.max(0, record.timestamp())));
        }
    }

    @Override
    public TypeInformation<TimedValue> getProducedType() {
        return TypeInformation.of(TimedValue.class);
    }
}
