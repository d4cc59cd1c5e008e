package io.streamgauge.control.live;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.anomaly.Band;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.control.testing.Anomalies;
import io.streamgauge.control.testing.Backends;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who hears of which anomalies and bands. */
class LiveScoresIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private static LiveFixture live;

    @BeforeAll
    static void start() {
        live = new LiveFixture(BACKENDS, LiveFixture.OPTIONS);
    }

    @AfterAll
    static void stop() {
        live.close();
    }

    @Test
    void deliversWhatASubscriptionAsksForAsItStandsInItsTopic() throws Exception {
        try (TestingClient client = live.connect()) {
            client.subscribe("anomalies", "{\"kinds\":[\"anomalies\"],\"stream\":\"metrics\"}");
            client.subscribe(
                    "high", "{\"kinds\":[\"anomalies\"],\"stream\":\"metrics\",\"minScore\":0.6}");
            client.subscribe(
                    "host",
                    """
                    {"kinds":["anomalies","bands"],"stream":"metrics","where":{"host":"a"}}\
                    """);
            client.subscribe("aggregates", "{\"stream\":\"metrics\"}");
            Anomaly low = anomaly("a", 0.5);
            Anomaly high = anomaly("b", 0.7);
            Band band =
                    new Band(
                            low.series(),
                            START,
                            Duration.ofSeconds(1),
                            new TreeMap<>(
                                    Map.of("v", new Band.Range(9, 10, 8, 12, 0.1, "active"))));

            live.results.sendAnomaly("{".getBytes(UTF_8), low.series());
            live.results.sendAnomaly(
                    AnomalyCodec.toBytes(low),
                    new SeriesKey(BACKENDS.newTenant(), low.series().stream(), "{}"));
            live.results.send(low);
            live.results.send(high);
            live.results.send(band);

            List<String> frames = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                JsonNode frame = client.next();
                JsonNode payload = frame.path("payload");
                String kind = payload.path("kind").asText();
                frames.add(
                        frame.path("id").asText()
                                + " "
                                + kind
                                + " "
                                + payload.path(kind).path("score").asText());
                if (kind.equals("band")) {
                    assertThat(payload.path("band"))
                            .isEqualTo(Json.mapper().readTree(AnomalyCodec.toBytes(band)));
                }
            }
            assertThat(frames)
                    .containsExactlyInAnyOrder(
                            "anomalies anomaly 0.5",
                            "anomalies anomaly 0.7",
                            "high anomaly 0.7",
                            "host anomaly 0.5",
                            "host band ");
        }
    }

    @Test
    void tellsWhatIsWrongWithASubscription() {
        try (TestingClient client = live.connect()) {
            client.send(
                    """
                    {"type":"subscribe","id":"1","payload":{"kinds":["anomalies"],
                      "stream":"metrics","minScore":"high"}}
                    """);
            assertThat(client.next().at("/payload/errors").findValuesAsText("pointer"))
                    .containsExactly("#/minScore");

            client.send(
                    """
                    {"type":"subscribe","id":"2","payload":{"kinds":["bands"],
                      "stream":"metrics","minScore":0.5}}
                    """);
            assertThat(client.next().at("/payload/errors").findValuesAsText("code"))
                    .containsExactly("unused");

            client.send(
                    "{\"type\":\"subscribe\",\"id\":\"3\",\"payload\":{\"kinds\":[\"bands\"]}}");
            assertThat(client.next().at("/payload/errors/0/pointer").asText())
                    .isEqualTo("#/stream");
        }
    }

    private static Anomaly anomaly(String host, double score) {
        return Anomalies.of(
                live.stream, "{\"host\":\"%s\"}".formatted(host), START, "spike", score);
    }
}
