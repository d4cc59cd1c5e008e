package io.streamgauge.jobs.control;

import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads key and value; a record without a key says nothing and is passed over. */
public final class DefinitionUpdateDeserializer
        implements KafkaRecordDeserializationSchema<DefinitionUpdate> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(
            ConsumerRecord<byte[], byte[]> record, Collector<DefinitionUpdate> out) {
        if (record.key() != null) {
            out.collect(toUpdate(record));
        }
    }

    static DefinitionUpdate toUpdate(ConsumerRecord<byte[], byte[]> record) {
        return new DefinitionUpdate(
                new String(record.key(), StandardCharsets.UTF_8),
                record.value(),
                Math.max(0, record.timestamp()));
    }

    @Override
    public TypeInformation<DefinitionUpdate> getProducedType() {
        return TypeInformation.of(DefinitionUpdate.class);
    }
}
