package io.streamgauge.jobs.kafka;

import io.streamgauge.contracts.RecordHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes results to one topic, partitioned by key.
 *
 * <p>A record that Kafka would not take is left out, counted and logged: the producer would fail
 * the job, which would meet the same record again after each restart. Whoever makes results bounds
 * them far below that, so this is for mistakes.
 */
final class OutputRecordSerializer implements KafkaRecordSerializationSchema<OutputRecord> {

    private static final long serialVersionUID = 1L;
    private static final byte[] JSON = "application/json".getBytes(StandardCharsets.UTF_8);

    /** Below what producers, topics and brokers take by default, 1 MiB, with its framing. */
    static final int MAX_RECORD_BYTES = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(OutputRecordSerializer.class);

    private final String topic;
    private transient @Nullable Counter oversized;

    OutputRecordSerializer(String topic) {
        this.topic = topic;
    }

    @Override
    public void open(
            SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
        oversized = context.getMetricGroup().counter("recordsTooLarge");
    }

    @Override
    public @Nullable ProducerRecord<byte[], byte[]> serialize(
            OutputRecord output, KafkaSinkContext context, @Nullable Long timestamp) {
        byte[] key = utf8(output.key());
        byte[] value = output.isForgotten() ? null : output.value();
        int bytes = key.length + output.value().length;
        if (bytes > MAX_RECORD_BYTES) {
            tooLarge(output, bytes);
            return null; // the writer passes it over
        }
        // No timestamp: the clock says when an input arrived, not when its result was made.
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, null, key, value);
        Headers headers = record.headers();
        headers.add(RecordHeaders.CONTENT_TYPE, JSON);
        addUnlessEmpty(headers, RecordHeaders.TENANT, output.tenant());
        addUnlessEmpty(headers, RecordHeaders.STREAM, output.stream());
        addUnlessEmpty(headers, RecordHeaders.TIMING, output.timing());
        return record;
    }

    private void tooLarge(OutputRecord output, int bytes) {
        if (oversized != null) {
            oversized.inc();
        }
        LOG.error(
                "{}: a result of tenant {} has {} bytes (expected: at most {}); left out",
                topic,
                output.tenant(),
                bytes,
                MAX_RECORD_BYTES);
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
