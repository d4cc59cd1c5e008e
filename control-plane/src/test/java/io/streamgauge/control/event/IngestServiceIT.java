package io.streamgauge.control.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.streamgauge.contracts.Json;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.event.SeriesKey;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.auth.Scope;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.gateway.AuthenticationFilter;
import io.streamgauge.control.gateway.RouteTable;
import io.streamgauge.control.gateway.TenantFilter;
import io.streamgauge.control.kafka.KafkaClients;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.ratelimit.EventBudget;
import io.streamgauge.control.ratelimit.FallbackRateLimiter;
import io.streamgauge.control.request.RequestIdFilter;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.tenant.TenantDirectory;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.TestingAuthenticator;
import io.streamgauge.control.testing.TopicReader;
import io.streamgauge.embedded.EmbeddedKafka;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngestServiceIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final String JSON = "application/json";
    private static final String NDJSON = "application/x-ndjson";

    private KafkaConfig kafka = BACKENDS.kafka();
    private final TestingAuthenticator authenticator = new TestingAuthenticator();
    private final TenantId tenant = BACKENDS.newTenant();
    private final StreamDefinition stream =
            BACKENDS.newStream(
                    tenant,
                    """
                    {"name":"orders","fields":[
                      {"name":"shop","type":"string","role":"dimension","required":true},
                      {"name":"amount","type":"number","role":"measure"},
                      {"name":"note","type":"string","role":"attribute"}]}
                    """);
    private long eventsPerSecond = EventBudget.UNLIMITED;
    private HttpClient client;
    private EventLog log;
    private WebServer server;

    @BeforeEach
    void start() {
        client = HttpClient.newHttpClient();
        TopicProvisioner.provision(kafka);
        IngestConfig config = new IngestConfig(MAX_BODY_BYTES, Duration.ofSeconds(10));
        log = EventLog.open(kafka, config);
        HttpRouting.Builder routing =
                HttpRouting.builder()
                        .addFilter(new RequestIdFilter())
                        .addFilter(
                                new AuthenticationFilter(
                                        new RouteTable(GatewayConfig.DEFAULT.routes()),
                                        authenticator))
                        .addFilter(
                                new TenantFilter(
                                        new TenantAccess(new TenantDirectory(BACKENDS.database()))))
                        .register(
                                "/api/v1/streams",
                                new IngestService(
                                        new StreamCatalog(BACKENDS.database()),
                                        log,
                                        config,
                                        new EventBudget(
                                                FallbackRateLimiter.local(),
                                                any -> eventsPerSecond)));
        ProblemHandlers.register(routing);
        server =
                WebServer.builder()
                        .port(0)
                        .shutdownHook(false)
                        .maxPayloadSize(4L * MAX_BODY_BYTES)
                        .contentEncoding(new UndecodedBodies())
                        .directHandlers(ProblemHandlers.direct())
                        .addRouting(routing)
                        .build()
                        .start();
    }

    @AfterEach
    void stop() {
        client.shutdownNow();
        server.stop();
        log.close();
    }

    @Test
    void acceptsAnArrayAndWritesItsEventsToKafka() throws Exception {
        HttpResponse<String> response =
                post(JSON, "[{\"shop\":\"a\",\"amount\":1.50},\n {\"shop\" : \"b\"}]");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains(JSON);
        assertThat(json(response))
                .isEqualTo(
                        Json.mapper()
                                .readTree(
                                        """
                                        {"accepted":2,"rejected":0,"errors":[],"errorsTruncated":false}
                                        """));
        assertThat(written())
                .containsExactlyInAnyOrder(
                        key("{\"shop\":\"a\"}") + " {\"shop\":\"a\",\"amount\":1.50}",
                        key("{\"shop\":\"b\"}") + " {\"shop\":\"b\"}");
    }

    @Test
    void acceptsOneObjectAndLines() throws Exception {
        assertThat(counts(post(JSON, "{\"shop\":\"a\"}"))).isEqualTo("200 1 0");
        assertThat(counts(post(NDJSON, "\uFEFF{\"shop\":\"a\"}\r\n\r\n{\"shop\":\"b\"}")))
                .isEqualTo("200 2 0");
        assertThat(counts(post("application/jsonl; charset=UTF-8", "{\"shop\":\"a\"}\n")))
                .isEqualTo("200 1 0");
        assertThat(written()).hasSize(4);
    }

    @Test
    void findsTheStreamByItsId() throws Exception {
        HttpResponse<String> response =
                send(request(stream.id().toString()).POST(body("{\"shop\":\"a\"}")), JSON);

        assertThat(counts(response)).isEqualTo("200 1 0");
    }

    @Test
    void acceptsAnEmptyBatch() throws Exception {
        assertThat(counts(post(JSON, "[]"))).isEqualTo("200 0 0");
        assertThat(counts(post(NDJSON, ""))).isEqualTo("200 0 0");
    }

    @Test
    void keepsTheGoodHalfOfAnArrayAndNamesTheRest() throws Exception {
        HttpResponse<String> response =
                post(JSON, "[{\"shop\":\"a\"},{\"amount\":\"x\",\"odd\":1},7,{\"shop\":\"b\"}]");

        assertThat(counts(response)).isEqualTo("200 2 2");
        assertThat(json(response).at("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(json(response).at("/errors/0/errors"))
                .extracting(error -> error.path("pointer").asText())
                .containsExactlyInAnyOrder("#/shop", "#/amount", "#/odd");
        assertThat(json(response).at("/errors/1/index").asInt()).isEqualTo(2);
        assertThat(json(response).at("/errors/1/errors/0/code").asText()).isEqualTo("type");
        assertThat(written()).hasSize(2);
    }

    @Test
    void keepsWhatCameBeforeASyntaxErrorOfAnArray() throws Exception {
        HttpResponse<String> response =
                post(JSON, "[{\"shop\":\"a\"},\n {\"shop\":x},\n {\"shop\":\"b\"}]");

        assertThat(counts(response)).isEqualTo("200 1 1");
        JsonNode error = json(response).at("/errors/0");
        assertThat(error.path("index").asInt()).isEqualTo(1);
        assertThat(error.path("line").asInt()).isEqualTo(2);
        assertThat(error.path("column").asInt()).isBetween(9, 11);
        assertThat(error.at("/errors/0/code").asText()).isEqualTo("syntax");
        assertThat(error.at("/errors/0/detail").asText()).contains("is not read");
        assertThat(written()).hasSize(1);
    }

    @Test
    void keepsWhatCameBeforeTheEndOfACutArray() throws Exception {
        HttpResponse<String> response = post(JSON, "[{\"shop\":\"a\"},{\"shop\":\"b");

        assertThat(counts(response)).isEqualTo("200 1 1");
    }

    @Test
    void rejectsBadLinesOneByOne() throws Exception {
        HttpResponse<String> response =
                post(
                        NDJSON,
                        """
                        {"shop":"a"}
                        {"shop":

                        [1]
                        {"shop":"b"}
                        {"shop":"%s"}
                        {"shop":"c"}\
                        """
                                .formatted("x".repeat(70_000)));

        assertThat(counts(response)).isEqualTo("200 3 3");
        assertThat(json(response).path("errors"))
                .extracting(
                        error ->
                                "%d %d %s"
                                        .formatted(
                                                error.path("index").asInt(),
                                                error.path("line").asInt(),
                                                error.at("/errors/0/code").asText()))
                .containsExactly("1 2 syntax", "2 4 type", "4 6 range");
    }

    @Test
    void answers422WithTheReportWhereNothingWasAccepted() throws Exception {
        HttpResponse<String> response = post(JSON, "[{},{\"shop\":\"a\",\"odd\":1}]");

        assertThat(response.statusCode()).isEqualTo(422);
        assertThat(response.headers().firstValue("Content-Type"))
                .contains("application/problem+json");
        JsonNode body = json(response);
        assertThat(body.path("code").asText()).isEqualTo("all-events-rejected");
        assertThat(body.path("status").asInt()).isEqualTo(422);
        assertThat(body.path("accepted").asInt()).isZero();
        assertThat(body.path("rejected").asInt()).isEqualTo(2);
        assertThat(body.path("errors")).hasSize(2);
        assertThat(body.path("requestId").asText()).isNotEmpty();
    }

    @Test
    void listsAThousandRejectionsAndCountsAll() throws Exception {
        HttpResponse<String> response = post(NDJSON, "{}\n".repeat(1_500) + "{\"shop\":\"a\"}\n");

        assertThat(counts(response)).isEqualTo("200 1 1500");
        assertThat(json(response).path("errors")).hasSize(1_000);
        assertThat(json(response).path("errorsTruncated").asBoolean()).isTrue();
    }

    @Test
    void listsTwentyViolationsOfAnEvent() throws Exception {
        StringBuilder event = new StringBuilder("{\"shop\":\"a\"");
        for (int i = 0; i < 100; i++) {
            event.append(",\"x").append(i).append("\":1");
        }

        HttpResponse<String> response = post(JSON, event + "}");

        assertThat(json(response).at("/errors/0/errors")).hasSize(20);
        assertThat(json(response).path("errorsTruncated").asBoolean()).isTrue();
    }

    @Test
    void takesGzipAlsoInSeveralMembers() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            body.write(gzip("{\"shop\":\"s" + i + "\"}\n"));
        }

        HttpResponse<String> response = postGzip(NDJSON, body.toByteArray());

        assertThat(counts(response)).isEqualTo("200 100 0");
    }

    @Test
    void keepsWhatCameBeforeTheEndOfACutGzipStream() throws Exception {
        StringBuilder events = new StringBuilder();
        for (int i = 0; i < 10_000; i++) {
            events.append("{\"shop\":\"").append(Integer.toHexString(i * 7919)).append("\"}\n");
        }
        byte[] whole = gzip(events.toString());

        HttpResponse<String> response = postGzip(NDJSON, Arrays.copyOf(whole, whole.length / 2));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("accepted").asInt()).isBetween(1_000, 9_000);
        assertThat(json(response).path("rejected").asInt()).isEqualTo(1);
        assertThat(json(response).at("/errors/0/errors/0/code").asText()).isEqualTo("encoding");
        assertThat(written()).hasSize(json(response).path("accepted").asInt());
    }

    @Test
    void refusesWhatIsNotGzipAtAll() throws Exception {
        HttpResponse<String> response = postGzip(JSON, "[]".getBytes(UTF_8));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("code").asText()).isEqualTo("malformed-request");
    }

    @Test
    void boundsAGzipBombAndSaysHowManyEventsAreAccepted() throws Exception {
        byte[] bomb = gzip("{\"shop\":\"a\"}\n".repeat(2_000_000));
        assertThat(bomb.length).isLessThan(MAX_BODY_BYTES);

        HttpResponse<String> response = postGzip(NDJSON, bomb);

        assertThat(response.statusCode()).isEqualTo(413);
        int accepted = json(response).path("accepted").asInt();
        assertThat(accepted).isBetween(70_000, MAX_BODY_BYTES / 13);
        assertThat(json(response).path("detail").asText()).contains(accepted + " events");
        assertThat(written()).hasSize(accepted);
    }

    @Test
    void refusesABodyThatSaysItIsTooLong() throws Exception {
        HttpResponse<String> response = post(JSON, "[" + " ".repeat(MAX_BODY_BYTES) + "]");

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(json(response).path("accepted").asInt()).isZero();
    }

    @Test
    void boundsABodyOfUnknownLength() throws Exception {
        byte[] body = "{\"shop\":\"a\"}\n".repeat(100_000).getBytes(UTF_8);

        HttpResponse<String> response =
                send(
                        request("orders")
                                .POST(
                                        BodyPublishers.ofInputStream(
                                                () -> new ByteArrayInputStream(body))),
                        NDJSON);

        assertThat(response.statusCode()).isEqualTo(413);
        assertThat(json(response).path("accepted").asInt()).isBetween(70_000, 81_000);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text/plain",
                "application/json; charset=utf-16",
                "application/xml",
                "nonsense",
                "application/x-www-form-urlencoded"
            })
    void refusesOtherMediaTypes(String type) throws Exception {
        HttpResponse<String> response = post(type, "[]");

        assertThat(response.statusCode()).isEqualTo(415);
        assertThat(json(response).path("detail").asText()).contains("application/x-ndjson");
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip"})
    void refusesOtherEncodings(String encoding) throws Exception {
        HttpResponse<String> response =
                send(request("orders").header("Content-Encoding", encoding).POST(body("[]")), JSON);

        assertThat(response.statusCode()).isEqualTo(415);
    }

    @Test
    void needsTheScope() throws Exception {
        String token =
                authenticator.token(
                        tenant,
                        Set.of(Scope.STREAMS_READ, Scope.STREAMS_WRITE),
                        Duration.ofMinutes(1));

        HttpResponse<String> response =
                client.send(
                        HttpRequest.newBuilder(uri("orders"))
                                .header("Authorization", "Bearer " + token)
                                .header("Content-Type", JSON)
                                .POST(body("[]"))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(json(response).path("code").asText()).isEqualTo("insufficient-scope");
    }

    @Test
    void doesNotFindAnotherTenantsStream() throws Exception {
        StreamDefinition foreign =
                BACKENDS.newStream(
                        BACKENDS.newTenant(),
                        """
                        {"name":"foreign","fields":[
                          {"name":"v","type":"number","role":"measure"}]}
                        """);

        for (String id : List.of("foreign", foreign.id().toString(), "no-such-stream")) {
            HttpResponse<String> response = send(request(id).POST(body("[]")), JSON);
            assertThat(response.statusCode()).isEqualTo(404);
        }
    }

    @Test
    void rejectsEventsThatTheTopicDoesNotTake() throws Exception {
        try (Admin admin = KafkaClients.admin(kafka, "test")) {
            admin.incrementalAlterConfigs(
                            Map.of(
                                    new ConfigResource(
                                            ConfigResource.Type.TOPIC, kafka.topics().events()),
                                    List.of(
                                            new AlterConfigOp(
                                                    new ConfigEntry("max.message.bytes", "2000"),
                                                    AlterConfigOp.OpType.SET))))
                    .all()
                    .get();
        }
        // Random text, or compression would make it fit.
        StringBuilder large = new StringBuilder();
        new Random(7).ints(6_000, 'a', 'z' + 1).forEach(letter -> large.append((char) letter));

        HttpResponse<String> response =
                post(JSON, "[{\"shop\":\"a\"},{\"shop\":\"b\",\"note\":\"" + large + "\"}]");

        assertThat(counts(response)).isEqualTo("200 1 1");
        assertThat(json(response).at("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(json(response).at("/errors/0/errors/0/detail").asText())
                .contains("too large for Kafka");
    }

    @Test
    void answers503WithTheCountWhereKafkaIsAway(@TempDir Path folder) throws Exception {
        try (EmbeddedKafka broker = EmbeddedKafka.start(new EmbeddedKafka.Options(folder, 0))) {
            stop();
            kafka = Backends.kafka(broker.bootstrapServers());
            start();
            assertThat(counts(post(JSON, "{\"shop\":\"a\"}"))).isEqualTo("200 1 0");
        }

        HttpResponse<String> response = post(JSON, "[{},{\"shop\":\"a\"}]");

        assertThat(counts(response)).isEqualTo("503 0 1");
        assertThat(response.headers().firstValue("Retry-After")).contains("5");
        assertThat(json(response).path("code").asText()).isEqualTo("unavailable");
    }

    @Test
    void keepsWhatAClientSentBeforeItWentAway() throws Exception {
        String token = authenticator.token(tenant);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(
                    """
                    POST /api/v1/streams/orders/events HTTP/1.1\r
                    Host: localhost\r
                    Authorization: Bearer %s\r
                    Content-Type: application/x-ndjson\r
                    Content-Length: 1000\r
                    \r
                    {"shop":"a"}
                    {"shop":"b"}
                    {"shop"\
                    """
                            .formatted(token)
                            .getBytes(UTF_8));
            out.flush();
            await().until(() -> log.acknowledged() == 2);
        }

        assertThat(counts(post(JSON, "{\"shop\":\"c\"}"))).isEqualTo("200 1 0");
        assertThat(written()).hasSize(3);
    }

    @Test
    void stopsWhereTheTenantsEventsASecondAreUsedUp() throws Exception {
        eventsPerSecond = 1; // ten at once
        String bad = "{\"odd\":1}\n";
        String good = "{\"shop\":\"a\"}\n";

        HttpResponse<String> response = post(NDJSON, good + bad + good.repeat(28));

        JsonNode problem = json(response);
        int processed = problem.path("processed").asInt();
        assertThat(processed).isBetween(10, 15);
        assertThat(counts(response)).isEqualTo("429 %d 1".formatted(processed - 1));
        assertThat(problem.path("code").asText()).isEqualTo("rate-limited");
        assertThat(problem.at("/violated-policies/0").asText()).isEqualTo("events-per-second");
        assertThat(problem.at("/errors/0/index").asInt()).isEqualTo(1);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
        assertThat(response.headers().firstValue("RateLimit-Policy"))
                .contains("\"events-per-second\";q=10;w=10");
        assertThat(response.headers().firstValue("RateLimit"))
                .contains("\"events-per-second\";r=0;t=1");
        assertThat(written()).hasSize(processed - 1);
        await().untilAsserted(() -> assertThat(counts(post(NDJSON, good))).isEqualTo("200 1 0"));
    }

    @Test
    void takesNothingWhereTheTenantMaySendNothing() throws Exception {
        eventsPerSecond = 0;

        HttpResponse<String> response = post(JSON, "[{\"shop\":\"a\"}]");

        assertThat(counts(response)).isEqualTo("429 0 0");
        assertThat(json(response).path("processed").asInt(-1)).isZero();
        assertThat(counts(post(JSON, "[]"))).isEqualTo("200 0 0");
    }

    private HttpResponse<String> post(String type, String body) throws Exception {
        return send(request("orders").POST(body(body)), type);
    }

    private HttpResponse<String> postGzip(String type, byte[] body) throws Exception {
        return send(
                request("orders")
                        .header("Content-Encoding", "gzip")
                        .POST(BodyPublishers.ofByteArray(body)),
                type);
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String type) throws Exception {
        return client.send(request.header("Content-Type", type).build(), BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String id) {
        return HttpRequest.newBuilder(uri(id))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + authenticator.token(tenant));
    }

    private URI uri(String id) {
        return URI.create(
                "http://127.0.0.1:%d/api/v1/streams/%s/events".formatted(server.port(), id));
    }

    private static HttpRequest.BodyPublisher body(String text) {
        return BodyPublishers.ofString(text);
    }

    private static String counts(HttpResponse<String> response) throws IOException {
        JsonNode body = json(response);
        return "%d %d %d"
                .formatted(
                        response.statusCode(),
                        body.path("accepted").asInt(-1),
                        body.path("rejected").asInt(-1));
    }

    private static JsonNode json(HttpResponse<String> response) throws IOException {
        return Json.mapper().readTree(response.body());
    }

    private List<String> written() {
        return TopicReader.all(kafka, kafka.topics().events()).stream()
                .filter(record -> record.value() != null)
                .map(
                        record ->
                                new String(record.key(), UTF_8)
                                        + " "
                                        + new String(record.value(), UTF_8))
                .toList();
    }

    private String key(String dimensions) {
        return new SeriesKey(tenant, stream.id(), dimensions).toString();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
