package io.streamgauge.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema.KafkaSinkContext;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class OutputRecordSerializerTest {

    private final OutputRecordSerializer serializer = new OutputRecordSerializer("results");

    private Optional<ProducerRecord<byte[], byte[]>> serialize(OutputRecord output) {
        return Optional.ofNullable(serializer.serialize(output, new OneSubtask(), null));
    }

    private static OutputRecord output(byte... value) {
        return new OutputRecord("key", "acme", "", "", value);
    }

    @Test
    void writesAResultWithItsHeaders() {
        ProducerRecord<byte[], byte[]> record = serialize(output((byte) 1, (byte) 2)).orElseThrow();

        assertThat(record.topic()).isEqualTo("results");
        assertThat(record.key()).asString().isEqualTo("key");
        assertThat(record.value()).containsExactly(1, 2);
        assertThat(record.headers().lastHeader("sg-tenant").value()).asString().isEqualTo("acme");
        assertThat(record.headers().lastHeader("sg-stream")).isNull();
    }

    @Test
    void writesATombstone() {
        ProducerRecord<byte[], byte[]> record =
                serialize(OutputRecord.forgotten("key", "acme")).orElseThrow();

        assertThat(record.key()).asString().isEqualTo("key");
        assertThat(record.value()).isNull();
    }

    @Test
    void leavesOutWhatKafkaWouldNotTake() {
        int most = OutputRecordSerializer.MAX_RECORD_BYTES - "key".length();

        assertThat(serialize(output(new byte[most]))).isPresent();
        assertThat(serialize(output(new byte[most + 1]))).isEmpty();
    }

    private static final class OneSubtask implements KafkaSinkContext {

        @Override
        public int getParallelInstanceId() {
            return 0;
        }

        @Override
        public int getNumberOfParallelInstances() {
            return 1;
        }

        @Override
        public int[] getPartitionsForTopic(String topic) {
            return new int[] {0};
        }
    }
}
