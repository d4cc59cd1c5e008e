package io.streamgauge.jobs.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamgauge.contracts.RecordHeaders;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceRecordDeserializerTest {

    private static final long APPENDED = 1_000_000;

    @Test
    void takesTheGatewaysStampAsArrival() {
        SourceRecord record =
                read(
                        RecordHeaders.TENANT,
                        "acme",
                        RecordHeaders.STREAM,
                        "s",
                        RecordHeaders.ARRIVAL,
                        "999990",
                        RecordHeaders.DEFINITION_VERSION,
                        "3");

        assertThat(record)
                .usingRecursiveComparison()
                .isEqualTo(
                        new SourceRecord(
                                "acme", "s", 3, 999_990, true, false, 2, 7, "{}".getBytes(UTF_8)));
    }

    @Test
    void believesNoStampThatIsLaterThanTheAppendTime() {
        assertThat(read(RecordHeaders.ARRIVAL, "999999999999").arrival()).isEqualTo(APPENDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-5", "1e9", "12345678901234567890123", "0", "١٢٣"})
    void doesNotMoveTheClockByAStampThatIsNotOne(String stamp) {
        SourceRecord record = read(RecordHeaders.ARRIVAL, stamp);

        assertThat(record.movesClock()).isFalse();
        assertThat(record.arrival()).isEqualTo(APPENDED);
    }

    @Test
    void doesNotMoveTheClockByADirectProducersRecord() {
        assertThat(read(RecordHeaders.TENANT, "acme").movesClock()).isFalse();
    }

    @Test
    void knowsHeartbeats() {
        assertThat(
                        read(
                                        RecordHeaders.KIND,
                                        RecordHeaders.HEARTBEAT,
                                        RecordHeaders.ARRIVAL,
                                        "5")
                                .heartbeat())
                .isTrue();
    }

    @Test
    void readsAHeaderWithoutAValueAsMissing() {
        ConsumerRecord<byte[], byte[]> record = record();
        record.headers().add(new RecordHeader(RecordHeaders.TENANT, null));

        assertThat(SourceRecordDeserializer.toSourceRecord(record).tenant()).isEmpty();
    }

    private static SourceRecord read(String... namesAndValues) {
        ConsumerRecord<byte[], byte[]> record = record();
        Headers headers = record.headers();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(UTF_8));
        }
        return SourceRecordDeserializer.toSourceRecord(record);
    }

    private static ConsumerRecord<byte[], byte[]> record() {
        return new ConsumerRecord<>(
                "sg.events",
                2,
                7,
                APPENDED,
                TimestampType.LOG_APPEND_TIME,
                0,
                2,
                new byte[0],
                "{}".getBytes(UTF_8),
                new org.apache.kafka.common.header.internals.RecordHeaders(),
                Optional.empty());
    }
}
