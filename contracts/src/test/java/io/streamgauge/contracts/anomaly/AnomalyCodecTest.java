package io.streamgauge.contracts.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamgauge.contracts.StreamId;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnomalyCodecTest {

    private static final SeriesKey SERIES =
            new SeriesKey(
                    new TenantId("acme"),
                    new StreamId(UUID.fromString("11111111-2222-4333-8444-555555555555")),
                    "{\"host\":\"ü\\\"\",\"rack\":\"1\"}");

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    @Test
    void readsWhatItWrote() {
        for (Anomaly anomaly :
                List.of(anomaly("spike"), anomaly(Anomaly.MISSING), combination(3))) {
            assertThat(AnomalyCodec.anomaly(AnomalyCodec.toBytes(anomaly))).isEqualTo(anomaly);
        }
        Band band =
                new Band(
                        SERIES,
                        START,
                        Duration.ofSeconds(10),
                        new TreeMap<>(
                                Map.of("m", new Band.Range(1, 1e308, -1e308, 4, 1, "active"))));
        assertThat(AnomalyCodec.band(AnomalyCodec.toBytes(band))).isEqualTo(band);
    }

    @Test
    void hasTheFormThatIsDocumented() {
        assertThat(new String(AnomalyCodec.toBytes(anomaly("spike")), UTF_8))
                .isEqualTo(
                        """
                        {"id":"%s","tenant":"acme","stream":"11111111-2222-4333-8444-555555555555",\
                        "dimensions":{"host":"ü\\"","rack":"1"},"window":"10s",\
                        "start":"2026-01-01T00:00:00Z","end":"2026-01-01T00:00:10Z",\
                        "timestamp":1767225610000,"measure":"m","score":0.5,"kind":"spike",\
                        "begins":true,"value":9.0,"expected":2.0,"lower":1.0,"upper":3.0,\
                        "contributions":[{"feature":"seasonal","rarity":5.0,"share":1.0}]}\
                        """
                                .formatted(anomaly("spike").id()));
    }

    @Test
    void tellsWhichModelSaidIt() {
        String json = new String(AnomalyCodec.toBytes(combination(3)), UTF_8);

        assertThat(json).contains("\"kind\":\"combination\",\"model\":3,\"begins\"");
        assertThatThrownBy(
                        () ->
                                AnomalyCodec.anomaly(
                                        json.replace("\"model\":3", "\"model\":0").getBytes(UTF_8)))
                .hasMessage("model: (expected: an integer >= 1)");
    }

    @Test
    void aMeasureBesideOthersIsAnotherThanAlone() {
        assertThat(combination(3).id()).isNotEqualTo(anomaly("spike").id());
        assertThat(combination(3).id()).isEqualTo(combination(4).id());
    }

    @Test
    void whatIsMissingIsAnotherThanWhatComesAfterAll() {
        assertThat(anomaly("spike").id()).isEqualTo(anomaly("dip").id());
        assertThat(anomaly("spike").id()).isNotEqualTo(anomaly(Anomaly.MISSING).id());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"window\":\"10s\"",
                "\"start\":\"2026-01-01T00:00:00Z\"",
                "\"score\":0.5",
                "\"kind\":\"spike\"",
                "\"tenant\":\"acme\"",
                "\"expected\":2.0",
                "\"measure\":\"m\""
            })
    void refusesWhatLacksSomething(String member) {
        String json = new String(AnomalyCodec.toBytes(anomaly("spike")), UTF_8);
        String without = json.replace(member, "\"other\":1");
        assertThat(without).isNotEqualTo(json);

        assertThatThrownBy(() -> AnomalyCodec.anomaly(without.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "1", "{\"score\":2}", "{} {}"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> AnomalyCodec.anomaly(text.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> AnomalyCodec.band(text.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Anomaly anomaly(String kind) {
        return new Anomaly(
                SERIES,
                "m",
                START,
                Duration.ofSeconds(10),
                0.5,
                kind,
                true,
                kind.equals(Anomaly.MISSING) ? OptionalDouble.empty() : OptionalDouble.of(9),
                2,
                1,
                3,
                List.of(new Anomaly.Contribution("seasonal", 5, 1)));
    }

    private static Anomaly combination(long model) {
        return new Anomaly(
                SERIES,
                "m",
                START,
                Duration.ofSeconds(10),
                0.5,
                Anomaly.COMBINATION,
                true,
                OptionalDouble.of(9),
                2,
                1,
                3,
                List.of(new Anomaly.Contribution("m", 5, 1)),
                OptionalLong.of(model));
    }
}
