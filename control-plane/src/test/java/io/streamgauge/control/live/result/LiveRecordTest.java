package io.streamgauge.control.live.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read of records before they are pushed. */
class LiveRecordTest {

    private static final String ID = "7f2c1c1e-0c53-4f0e-9f9e-1d1f5a3b7c11";

    private final TenantId tenant = new TenantId("acme");
    private final StreamKey stream = new StreamKey(tenant, new StreamId(UUID.fromString(ID)));

    @Test
    void readsWhatDecidesWhoGetsAnAggregateAndKeepsTheJsonAsItCame() {
        String json =
                """
                {"tenant":"acme", "stream":"%s","dimensions":{"host":"a","zone":"1"},
                 "window":"1s","start":"2026-11-25T10:00:00Z","count":3,"v":{"sum":[1,{"x":2}]}}
                """
                        .formatted(ID);
        ConsumerRecord<byte[], byte[]> record = record(json);
        record.headers().add(RecordHeaders.TIMING, "on-time".getBytes(UTF_8));

        assertThat(LiveAggregate.of(record, stream))
                .isEqualTo(
                        new LiveAggregate(
                                Map.of("host", "a", "zone", "1"),
                                "1s",
                                "2026-11-25T10:00:00Z",
                                "on-time",
                                json));
    }

    @Test
    void readsWhatDecidesWhoGetsATransition() {
        String json =
                """
                {"tenant":"acme","key":{"host":"a"},"severity":"critical","state":"firing","shadow":%s,
                 "value":null}\
                """;

        assertThat(LiveAlert.of(record(json.formatted("true")), tenant))
                .isEqualTo(
                        new LiveAlert(
                                Map.of("host", "a"),
                                "critical",
                                "firing",
                                true,
                                json.formatted("true")));
        assertThat(LiveAlert.of(record(json.formatted("false")), tenant).shadow()).isFalse();
        assertThat(LiveAlert.of(record("{\"tenant\":\"acme\"}"), tenant).shadow()).isFalse();
    }

    @Test
    void readsWhatDecidesWhoGetsAnAnomalyOrABand() {
        String json = "{\"stream\":\"%s\",\"tenant\":\"acme\"%s}";

        assertThat(LiveScore.of(record(json.formatted(ID, ",\"score\":0.75")), stream, false))
                .extracting(LiveScore::score, LiveScore::kind)
                .containsExactly(0.75, LiveKind.ANOMALIES);
        assertThat(LiveScore.of(record(json.formatted(ID, ",\"score\":null")), stream, true))
                .extracting(LiveScore::score, LiveScore::kind)
                .containsExactly(0.0, LiveKind.BANDS);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "1",
                "{\"tenant\":\"acme\"",
                "{\"tenant\":\"acme\"} {}",
                "{\"tenant\":\"acme\"}x",
                "{\"tenant\":\"other\"}",
                "{\"tenant\":{\"acme\":\"acme\"}}",
                "{}"
            })
    void refusesWhatIsNoObjectOrAnothersAndSoWouldBreakAFrameOrATenantsWalls(String value) {
        assertThatThrownBy(() -> LiveAlert.of(record(value), tenant))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("value: ");
    }

    @Test
    void refusesAnotherStreamsAndAnotherTenantsResults() {
        String ofAnotherStream =
                "{\"tenant\":\"acme\",\"stream\":\"%s\"}".formatted(UUID.randomUUID());
        String ofAnotherTenant = "{\"tenant\":\"other\",\"stream\":\"%s\"}".formatted(ID);

        assertThatThrownBy(() -> LiveAggregate.of(record(ofAnotherStream), stream))
                .hasMessageContaining("another stream");
        assertThatThrownBy(() -> LiveScore.of(record(ofAnotherTenant), stream, false))
                .hasMessageContaining("another tenant");
        assertThatThrownBy(() -> LiveAlert.of(record(null), tenant))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void tellsWhoseARecordIsByItsHeaders() {
        ConsumerRecord<byte[], byte[]> record = record("{}");

        assertThat(LiveRecord.streamOf(record)).isEmpty();
        record.headers().add(RecordHeaders.TENANT, "acme".getBytes(UTF_8));
        record.headers().add(RecordHeaders.STREAM, ID.getBytes(UTF_8));

        assertThat(LiveRecord.tenantOf(record)).isEqualTo(Optional.of(tenant));
        assertThat(LiveRecord.streamOf(record)).isEqualTo(Optional.of(stream));
    }

    private static ConsumerRecord<byte[], byte[]> record(@Nullable String value) {
        return new ConsumerRecord<>(
                "sg.results", 0, 0, new byte[0], value == null ? null : value.getBytes(UTF_8));
    }
}
