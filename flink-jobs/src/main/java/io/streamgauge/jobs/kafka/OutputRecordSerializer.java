package io.streamgauge.jobs.kafka;

import io.streamgauge.contracts.RecordHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Writes results to one topic, partitioned by key. */
final class OutputRecordSerializer implements KafkaRecordSerializationSchema<OutputRecord> {

    private static final long serialVersionUID = 1L;
    private static final byte[] JSON = "application/json".getBytes(StandardCharsets.UTF_8);

    private final String topic;

    OutputRecordSerializer(String topic) {
        this.topic = topic;
    }

    @Override
    public ProducerRecord<byte[], byte[]> serialize(
            OutputRecord output, KafkaSinkContext context, @Nullable Long timestamp) {
        // No timestamp: the clock says when an input arrived, not when its result was made.
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(topic, null, utf8(output.key()), output.value());
        Headers headers = record.headers();
        headers.add(RecordHeaders.CONTENT_TYPE, JSON);
        addUnlessEmpty(headers, RecordHeaders.TENANT, output.tenant());
        addUnlessEmpty(headers, RecordHeaders.STREAM, output.stream());
        addUnlessEmpty(headers, RecordHeaders.TIMING, output.timing());
        return record;
    }

    private static void addUnlessEmpty(Headers headers, String name, String value) {
        if (!value.isEmpty()) {
            headers.add(name, utf8(value));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
