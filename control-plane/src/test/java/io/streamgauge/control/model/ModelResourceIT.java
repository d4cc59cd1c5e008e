package io.streamgauge.control.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.aggregate.AggregateCodec;
import io.streamgauge.contracts.aggregate.MeasureStatistics;
import io.streamgauge.contracts.detection.DetectionSettings;
import io.streamgauge.contracts.detection.DetectionSettingsCodec;
import io.streamgauge.contracts.detection.PublishedModel;
import io.streamgauge.contracts.detection.PublishedModelCodec;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.ModelRows;
import io.streamgauge.control.testing.RunningControlPlane;
import io.streamgauge.control.testing.TopicReader;
import io.streamgauge.detection.ModelScorer;
import io.streamgauge.detection.Sensitivity;
import io.streamgauge.detection.SeriesModel;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From stored results to the model that the job is given, and back. */
@SuppressWarnings("NullAway.Init") // before each test
class ModelResourceIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final int POINTS = 1_500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Instant start =
            Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(86_400);
    private final UUID series = UUID.randomUUID();
    private TenantId tenant;
    private ApiClient client;
    private StreamDefinition stream;

    @BeforeEach
    void newStream() {
        tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
        stream =
                SERVER.backends()
                        .newStream(
                                tenant,
                                """
                                {"name": "s", "windows": ["10s"], "fields": [
                                   {"name": "load", "type": "number", "role": "measure"},
                                   {"name": "requests", "type": "number", "role": "measure"}]}\
                                """);
    }

    @Test
    void trainsAModelThatFindsWhatNoSingleMeasureShowsAndGivesItToTheJob() throws Exception {
        store(0, POINTS, true);

        JsonNode model = trained("{\"stream\": \"s\"}");

        assertThat(model.path("state").asText()).isEqualTo("active");
        assertThat(model.path("version").asLong()).isEqualTo(1);
        assertThat(model.at("/metrics/separation").asDouble()).isGreaterThan(0.7);
        assertThat(model.at("/metrics/data/windows").asInt()).isEqualTo(POINTS);
        PublishedModel published = awaitPublished(1);
        assertThat(published.id().toString()).isEqualTo(model.path("id").asText());
        ModelScorer scorer = new ModelScorer(SeriesModel.ofBytes(published.bytes()));
        Random random = new Random(9);
        for (int i = 0; i < 300; i++) {
            scorer.observe(time(POINTS + i).toEpochMilli(), values(random, true));
        }
        double[] usualEach = {30, 300}; // neither is unusual, but the load does not follow
        assertThat(scorer.observe(time(POINTS + 300).toEpochMilli(), usualEach).score())
                .isGreaterThan(Sensitivity.MEDIUM.threshold());
        assertThat(client.get("/api/v1/streams/s/detection").json().at("/model/version").asInt())
                .isEqualTo(1);
    }

    @Test
    void leavesAWorseModelACandidateUnlessForcedAndRollsBack() {
        store(0, POINTS, true);
        JsonNode first = trained("{\"stream\": \"s\"}");
        // Unrelated at first, and as ever in what is held back of it.
        store(2_000, 3_200, false);
        store(3_200, 3_500, true);
        String worse =
                "{\"stream\": \"s\", \"from\": \"%s\", \"to\": \"%s\"}"
                        .formatted(time(2_000), time(3_500));

        JsonNode second = trained(worse);

        assertThat(second.path("state").asText()).isEqualTo("candidate");
        assertThat(second.path("objection").asText()).startsWith("separation: ");
        assertThat(second.at("/metrics/active/version").asLong()).isEqualTo(1);
        String path = "/api/v1/models/" + second.path("id").asText();
        Answer refused = client.send("POST", path + "/activate", null);
        assertThat(refused.status()).as(refused.body()).isEqualTo(409);
        assertThat(refused.json().path("code").asText()).isEqualTo("worse-model");
        assertThat(client.post(path + "/activate", "{\"force\": true}").status()).isEqualTo(200);
        assertThat(state(first)).isEqualTo("retired");
        awaitPublished(2);

        Answer back = client.send("POST", path + "/rollback", null);

        assertThat(back.json().path("version").asLong()).as(back.body()).isEqualTo(1);
        assertThat(state(second)).isEqualTo("retired");
        awaitPublished(1);
        assertThat(client.send("POST", path + "/rollback", null).status()).isEqualTo(409);
        String active = "/api/v1/models/" + first.path("id").asText();
        assertThat(client.send("POST", active + "/deactivate", null).status()).isEqualTo(200);
        await().atMost(PATIENCE)
                .until(() -> lastControl(modelKey()).filter(it -> it.value() == null).isPresent());
    }

    @Test
    void heedsFeedbackAndExclusions() {
        store(0, POINTS, true);
        ModelRows rows = new ModelRows(SERVER.backends(), tenant, stream.id().toString());
        UUID right = rows.insertAnomaly(series, time(100), Duration.ofSeconds(10));
        UUID wrong = rows.insertAnomaly(series, time(200), Duration.ofSeconds(10));
        say(right, true);
        say(wrong, false);
        Answer excluded =
                client.post(
                        "/api/v1/streams/s/detection/exclusions",
                        "{\"from\": \"%s\", \"to\": \"%s\", \"reason\": \"upgrade\"}"
                                .formatted(time(300), time(310)));
        assertThat(excluded.status()).as(excluded.body()).isEqualTo(201);

        JsonNode data = trained("{\"stream\": \"s\"}").at("/metrics/data");

        assertThat(data.path("anomalies").asInt()).isEqualTo(1);
        assertThat(data.path("usual").asInt()).isEqualTo(1);
        assertThat(data.path("excluded").asInt()).isEqualTo(10);
        assertThat(
                        client.get("/api/v1/streams/s/anomalies/feedback?verdict=true")
                                .json()
                                .at("/items/0/anomaly")
                                .asText())
                .isEqualTo(right.toString());
    }

    @Test
    void tellsTheJobHowSensitiveAStreamIs() throws Exception {
        Answer before = client.get("/api/v1/streams/s/detection");
        assertThat(before.json().path("sensitivity").asText()).isEqualTo("medium");

        Answer changed =
                client.put(
                        "/api/v1/streams/s/detection",
                        "{\"threshold\": 0.6, \"series\": [{\"sensitivity\": \"high\"}]}",
                        "If-Match",
                        before.header("ETag"));

        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        String key = new DetectionSettingsCodec.Key(tenant, stream.id()).toString();
        await().atMost(PATIENCE).until(() -> lastControl(key).isPresent());
        DetectionSettings told =
                DetectionSettingsCodec.fromBytes(lastControl(key).orElseThrow().value());
        assertThat(told.threshold()).isEqualTo(0.6);
        assertThat(told.series().getFirst().threshold()).isEqualTo(Sensitivity.HIGH.threshold());
        Answer stale =
                client.put(
                        "/api/v1/streams/s/detection",
                        "{\"sensitivity\": \"low\"}",
                        "If-Match",
                        before.header("ETag"));
        assertThat(stale.status()).isEqualTo(412);
    }

    @Test
    void namesWhatIsWrong() {
        assertThat(pointers(client.post("/api/v1/models:train", "{\"from\": \"x\", \"force\": 1}")))
                .containsExactlyInAnyOrder("#/stream", "#/from", "#/force");
        assertThat(
                        pointers(
                                client.put(
                                        "/api/v1/streams/s/detection",
                                        "{\"sensitivity\": \"extreme\", \"series\": [{\"where\":"
                                                + " {\"host\": \"a\"}, \"threshold\": 2}]}",
                                        "If-Match",
                                        "*")))
                .containsExactlyInAnyOrder(
                        "#/sensitivity", "#/series/0/where/host", "#/series/0/threshold");
        assertThat(pointers(client.post("/api/v1/streams/s/detection/exclusions", "{}")))
                .containsExactly("#/to");
        assertThat(
                        pointers(
                                client.post(
                                        "/api/v1/streams/s/anomalies/%s/feedback"
                                                .formatted(UUID.randomUUID()),
                                        "{\"verdict\": \"yes\"}")))
                .containsExactly("#/verdict");
    }

    @Test
    void tellsWhyATrainingFailed() {
        JsonNode training = ended("{\"stream\": \"s\"}");

        assertThat(training.path("state").asText()).isEqualTo("failed");
        assertThat(training.path("detail").asText())
                .startsWith("points: 0 (expected: at least 200)");
    }

    private void say(UUID anomaly, boolean verdict) {
        Answer said =
                client.post(
                        "/api/v1/streams/s/anomalies/%s/feedback".formatted(anomaly),
                        "{\"verdict\": %s, \"note\": \"seen\"}".formatted(verdict));
        assertThat(said.status()).as(said.body()).isEqualTo(200);
    }

    private JsonNode trained(String request) {
        JsonNode training = ended(request);
        assertThat(training.path("state").asText()).as(training.toString()).isEqualTo("done");
        return client.get("/api/v1/models/" + training.path("model").asText()).json();
    }

    private JsonNode ended(String request) {
        Answer asked = client.post("/api/v1/models:train", request);
        assertThat(asked.status()).as(asked.body()).isEqualTo(202);
        String path = asked.header("Location");
        await().atMost(PATIENCE)
                .until(
                        () ->
                                List.of("done", "failed")
                                        .contains(client.get(path).json().path("state").asText()));
        return client.get(path).json();
    }

    private String state(JsonNode model) {
        return client.get("/api/v1/models/" + model.path("id").asText())
                .json()
                .path("state")
                .asText();
    }

    private String modelKey() {
        return new PublishedModelCodec.Key(tenant, stream.id()).toString();
    }

    private PublishedModel awaitPublished(long version) {
        await().atMost(PATIENCE).until(() -> published().filter(it -> it == version).isPresent());
        return decoded(lastControl(modelKey()).orElseThrow().value());
    }

    private Optional<Long> published() {
        return lastControl(modelKey()).map(ConsumerRecord::value).map(it -> decoded(it).version());
    }

    private PublishedModel decoded(byte[] value) {
        try {
            return PublishedModelCodec.fromBytes(
                    new PublishedModelCodec.Key(tenant, stream.id()), value);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> lastControl(String key) {
        return TopicReader.all(SERVER.config().kafka(), SERVER.config().kafka().topics().control())
                .stream()
                .filter(it -> new String(it.key(), UTF_8).equals(key))
                .reduce((first, second) -> second);
    }

    private static List<String> pointers(Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        return answer.json().path("errors").findValuesAsText("pointer");
    }

    private Instant time(int point) {
        return start.plusSeconds(10L * point);
    }

    /** Load that follows the requests, or does not. */
    private static double[] values(Random random, boolean related) {
        double requests = 200 + 50 * random.nextGaussian();
        double load =
                related ? 0.2 * requests + random.nextGaussian() : 40 + 10 * random.nextGaussian();
        return new double[] {load, requests};
    }

    private void store(int from, int to, boolean related) {
        Random random = new Random(from + 1);
        SERVER.backends()
                .owner()
                .useTransaction(
                        handle -> {
                            for (Instant day = time(from);
                                    !day.isAfter(time(to).plusSeconds(86_400));
                                    day = day.plusSeconds(86_400)) {
                                handle.execute(
                                        "SELECT ensure_day_partition('aggregates', ?::date)",
                                        day.atOffset(ZoneOffset.UTC).toLocalDate().toString());
                            }
                            handle.execute(
                                    "INSERT INTO series VALUES (?, ?, ?, '{}') ON CONFLICT DO"
                                            + " NOTHING",
                                    tenant.value(),
                                    stream.id().value(),
                                    series);
                            PreparedBatch batch =
                                    handle.prepareBatch(
                                            "INSERT INTO aggregates VALUES (?, ?, 10, ?, ?, 0,"
                                                    + " 'on-time', 1, CAST(? AS jsonb))");
                            for (int i = from; i < to; i++) {
                                double[] values = values(random, related);
                                batch.bind(0, tenant.value())
                                        .bind(1, stream.id().value())
                                        .bind(2, time(i).atOffset(ZoneOffset.UTC))
                                        .bind(3, series)
                                        .bind(
                                                4,
                                                AggregateCodec.toJson(
                                                        new TreeMap<>(
                                                                Map.of(
                                                                        "load",
                                                                        statistics(values[0]),
                                                                        "requests",
                                                                        statistics(values[1])))))
                                        .add();
                            }
                            batch.execute();
                        });
    }

    private static MeasureStatistics statistics(double value) {
        return new MeasureStatistics(1, value, value, value, value, 0, value, value, value);
    }
}
