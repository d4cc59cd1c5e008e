package io.streamgauge.contracts.aggregate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregateCodecTest {

    private static final Aggregate AGGREGATE = aggregate(Timing.ON_TIME, 0);

    /** What clients and other releases read: change it only by adding. */
    private static final String GOLDEN =
            """
            {"id":"d8ddeb0e-77db-3c72-9c32-8c1fb0dd0e0d-10s-1767225600-r0","tenant":"acme",\
            "stream":"00000000-0000-0001-0000-000000000002","dimensions":{"host":"a\\"b"},"window":"10s",\
            "start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:10Z","timing":"on-time","revision":0,"count":3,\
            "measures":{"cpu":{"count":2,"sum":3.0,"min":1.0,"max":2.0,"mean":1.5,"stddev":0.5,"p50":1.0,"p95":1.0,\
            "p99":1.0}}}\
            """;

    @Test
    void writesTheFormThatIsDocumented() {
        String id = AGGREGATE.series().id().toString();

        assertThat(new String(AggregateCodec.toBytes(AGGREGATE), UTF_8))
                .isEqualTo(GOLDEN.replace("d8ddeb0e-77db-3c72-9c32-8c1fb0dd0e0d", id));
    }

    @ParameterizedTest
    @EnumSource
    void readsWhatItWrites(Timing timing) {
        Aggregate aggregate = aggregate(timing, 4);

        assertThat(AggregateCodec.fromBytes(AggregateCodec.toBytes(aggregate)))
                .isEqualTo(aggregate);
    }

    @Test
    void passesOverPropertiesOfNewerWriters() {
        String newer =
                GOLDEN.replace("\"count\":3", "\"count\":3,\"new\":{\"x\":[1]}")
                        .replace("\"p95\"", "\"p42\":7,\"p95\"");

        assertThat(AggregateCodec.fromBytes(newer.getBytes(UTF_8))).isEqualTo(AGGREGATE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"tenant\":\"NO\"}",
                "{\"tenant\":\"acme\",\"start\":\"x\"}",
                "{\"measures\":[]}"
            })
    void refusesWhatIsNotAnAggregate(String json) {
        assertThatThrownBy(() -> AggregateCodec.fromBytes(json.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void identifiesAResultBySeriesWindowAndRevision() {
        assertThat(aggregate(Timing.LATE, 1).id()).isNotEqualTo(aggregate(Timing.LATE, 2).id());
        assertThat(aggregate(Timing.EARLY, 0).id()).isNotEqualTo(aggregate(Timing.ON_TIME, 0).id());
        assertThat(aggregate(Timing.ON_TIME, 0).id()).isEqualTo(AGGREGATE.id());
    }

    private static Aggregate aggregate(Timing timing, int revision) {
        return new Aggregate(
                new SeriesKey(
                        new TenantId("acme"),
                        new StreamId(new UUID(1, 2)),
                        "{\"host\":\"a\\\"b\"}"),
                Instant.parse("2026-01-01T00:00:00Z"),
                Duration.ofSeconds(10),
                timing,
                revision,
                3,
                new TreeMap<>(Map.of("cpu", MeasureStatistics.of(1, 2))));
    }
}
