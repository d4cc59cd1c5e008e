package io.streamgauge.control.anomaly;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.anomaly.Anomaly;
import io.streamgauge.contracts.anomaly.AnomalyCodec;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.testing.Anomalies;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.RunningControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From the topic by the projection's table to whoever asks. */
class AnomalyResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String PATH = "/api/v1/streams/s/anomalies";
    private static final String HOST_A = "{\"host\":\"a\"}";
    private static final String HOST_B = "{\"host\":\"b\"}";

    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS).minusSeconds(600);
    private ApiClient client;
    private StreamDefinition stream;
    private Results results;

    @BeforeEach
    void newStream() {
        TenantId tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
        stream =
                SERVER.backends()
                        .newStream(
                                tenant,
                                """
                                {"name": "s", "fields": [
                                   {"name": "host", "type": "string", "role": "dimension"},
                                   {"name": "v", "type": "number", "role": "measure"}]}\
                                """);
        results = new Results(SERVER.config().kafka());
    }

    @AfterEach
    void close() {
        results.close();
    }

    @Test
    void givesBackWhatTheJobTold() throws Exception {
        Anomaly spike = Anomalies.of(stream, HOST_A, now, "spike", 0.61);
        Anomaly missing = Anomalies.of(stream, HOST_B, now.plusSeconds(5), "missing", 0.7);
        Anomaly combination =
                Anomalies.of(stream, HOST_A, now.plusSeconds(9), Anomaly.COMBINATION, 0.5);
        results.send(spike);
        results.send(missing);
        results.send(combination);

        assertThat(awaitItems(3))
                .containsExactly(
                        Json.mapper().readTree(AnomalyCodec.toBytes(combination)),
                        Json.mapper().readTree(AnomalyCodec.toBytes(missing)),
                        Json.mapper().readTree(AnomalyCodec.toBytes(spike)));
    }

    @Test
    void keepsOneRowOfWhatIsToldAgainAndPassesOverWhatIsNone() {
        results.send(Anomalies.of(stream, HOST_A, now, "spike", 0.61));
        results.sendAnomaly(
                "{\"tenant\":".getBytes(UTF_8),
                new SeriesKey(stream.tenant(), stream.id(), HOST_A));
        results.sendAnomaly(null, new SeriesKey(stream.tenant(), stream.id(), HOST_A));
        results.send(Anomalies.of(stream, HOST_A, now, "level_shift", 0.64));
        results.send(Anomalies.of(stream, HOST_A, now.plusSeconds(9), "spike", 0.5));

        List<JsonNode> items = awaitItems(2);

        assertThat(items.get(1).path("score").asDouble()).isEqualTo(0.64);
        assertThat(items.get(1).path("kind").asText()).isEqualTo("level_shift");
    }

    @Test
    void listsWhatIsAskedForPageByPage() {
        for (int i = 0; i < 5; i++) {
            results.send(
                    Anomalies.of(
                            stream,
                            i % 2 == 0 ? HOST_A : HOST_B,
                            now.plusSeconds(i),
                            i == 4 ? "dip" : "spike",
                            0.5 + i / 10.0));
        }
        awaitItems(5);

        assertThat(scores("?where=host=a")).containsExactly(0.9, 0.7, 0.5);
        assertThat(scores("?minScore=0.8")).containsExactly(0.9, 0.8);
        assertThat(scores("?kind=dip&kind=trend")).containsExactly(0.9);
        assertThat(scores("?measure=v&begins=true&limit=2"))
                .containsExactly(0.9, 0.8, 0.7, 0.6, 0.5);
        assertThat(scores("?measure=w")).isEmpty();
        assertThat(scores("?to=" + now)).isEmpty();
    }

    @Test
    void namesTheParametersThatAreWrong() {
        Answer answer = client.get(PATH + "?minScore=2&where=rack=1&begins=no&window=1s");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().path("errors").findValuesAsText("pointer"))
                .containsExactlyInAnyOrder("?minScore", "?where", "?begins", "?window");
    }

    @Test
    void goWithTheirStream() {
        results.send(Anomalies.of(stream, HOST_A, now, "spike", 0.61));
        awaitItems(1);

        assertThat(client.delete("/api/v1/streams/s", "If-Match", "*").status()).isEqualTo(204);

        long rows =
                SERVER.backends()
                        .owner()
                        .withHandle(
                                handle ->
                                        handle.select(
                                                        "SELECT count(*) FROM anomalies WHERE"
                                                                + " stream_id = ?",
                                                        stream.id().value())
                                                .mapTo(Long.class)
                                                .one());
        assertThat(rows).isZero();
    }

    private List<Double> scores(String query) {
        List<Double> scores = new ArrayList<>();
        String next = PATH + query;
        while (!next.isEmpty()) {
            Answer page = client.get(next);
            assertThat(page.status()).as(page.body()).isEqualTo(200);
            page.json().path("items").forEach(item -> scores.add(item.path("score").asDouble()));
            String link = page.header("Link");
            next = link.isEmpty() ? "" : link.substring(1, link.indexOf('>'));
        }
        return scores;
    }

    private List<JsonNode> awaitItems(int count) {
        List<JsonNode> items = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(
                        () -> {
                            items.clear();
                            client.get(PATH).json().path("items").forEach(items::add);
                            assertThat(items).hasSize(count);
                        });
        return items;
    }
}
