package io.streamgauge.control.event;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.streamgauge.contracts.RecordHeaders;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.contracts.tenant.TenantPolicy;
import io.streamgauge.control.auth.TenantAccess;
import io.streamgauge.control.config.GatewayConfig;
import io.streamgauge.control.config.IngestConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.gateway.AuthenticationFilter;
import io.streamgauge.control.gateway.RouteTable;
import io.streamgauge.control.gateway.TenantFilter;
import io.streamgauge.control.kafka.TopicProvisioner;
import io.streamgauge.control.problem.ProblemHandlers;
import io.streamgauge.control.quota.SeriesGate;
import io.streamgauge.control.ratelimit.EventBudget;
import io.streamgauge.control.ratelimit.FallbackRateLimiter;
import io.streamgauge.control.request.RequestIdFilter;
import io.streamgauge.control.stream.StreamCatalog;
import io.streamgauge.control.tenant.TenantDirectory;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.TestingAuthenticator;
import io.streamgauge.control.testing.TopicReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two tenants at one gateway; the series of one explode. */
class SeriesLimitIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final int LIMIT = 100;
    private static final int EXPLODING = 50_000;
    private static final int BATCHES = 50;
    private static final String SPEC =
            """
            {"name":"orders","fields":[
              {"name":"shop","type":"string","role":"dimension","required":true}]}
            """;

    private final KafkaConfig kafka = BACKENDS.kafka();
    private final TestingAuthenticator authenticator = new TestingAuthenticator();
    private final TenantId explodes = BACKENDS.newTenant();
    private final TenantId quiet = BACKENDS.newTenant();
    private final StreamDefinition exploding = BACKENDS.newStream(explodes, SPEC);
    private final StreamDefinition calm = BACKENDS.newStream(quiet, SPEC);
    private final SeriesGate series = new SeriesGate(1 << 20);
    private EventLog log;
    private WebServer server;

    @BeforeEach
    void start() {
        TopicProvisioner.provision(kafka);
        log = EventLog.open(kafka, IngestConfig.DEFAULT);
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
                                        IngestConfig.DEFAULT,
                                        series,
                                        tenant -> LIMIT,
                                        new EventBudget(
                                                FallbackRateLimiter.local(),
                                                any -> EventBudget.UNLIMITED)));
        ProblemHandlers.register(routing);
        server =
                WebServer.builder()
                        .port(0)
                        .shutdownHook(false)
                        .maxPayloadSize(IngestConfig.DEFAULT.maxBodyBytes())
                        .addRouting(routing)
                        .build()
                        .start();
    }

    @AfterEach
    void stop() {
        server.stop();
        log.close();
    }

    @Test
    void cutsOffTheTenantThatExplodesAndNoOther() throws Exception {
        ApiClient.Answer exploded;
        List<Future<ApiClient.Answer>> others = new ArrayList<>();
        CountDownLatch together = new CountDownLatch(1);
        try (ExecutorService other = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < BATCHES; i++) {
                others.add(
                        other.submit(
                                () -> {
                                    together.await();
                                    return post(quiet, lines(0, LIMIT));
                                }));
            }
            together.countDown();
            exploded = post(explodes, lines(0, EXPLODING));
        }

        assertThat(exploded.status()).isEqualTo(200);
        assertThat(exploded.json().path("accepted").asInt()).isEqualTo(LIMIT);
        assertThat(exploded.json().path("rejected").asInt()).isEqualTo(EXPLODING - LIMIT);
        assertThat(exploded.json().path("errors")).hasSize(IngestReport.MAX_LISTED);
        JsonNode first = exploded.json().at("/errors/0");
        assertThat(first.path("index").asInt()).isEqualTo(LIMIT);
        assertThat(first.at("/errors/0/code").asText()).isEqualTo("series-limit");
        assertThat(first.at("/errors/0/detail").asText())
                .contains(TenantPolicy.SERIES_PER_STREAM)
                .contains("at most " + LIMIT);
        for (Future<ApiClient.Answer> answer : others) {
            assertThat(answer.get().json().path("accepted").asInt()).isEqualTo(LIMIT);
            assertThat(answer.get().json().path("rejected").asInt()).isZero();
        }
        assertThat(written(exploding)).isEqualTo(LIMIT);
        assertThat(written(calm)).isEqualTo(BATCHES * LIMIT);
        assertThat(series.open(exploding.id())).isEqualTo(LIMIT);
        assertThat(series.refused()).isEqualTo(EXPLODING - LIMIT);
    }

    @Test
    void answers422WhereABatchHasNewSeriesOnlyAndGoesOnWithTheOthers() {
        post(explodes, lines(0, LIMIT));

        ApiClient.Answer unknown = post(explodes, lines(LIMIT, LIMIT + 10));
        ApiClient.Answer known = post(explodes, lines(LIMIT - 10, LIMIT + 10));

        assertThat(unknown.status()).isEqualTo(422);
        assertThat(unknown.json().path("code").asText()).isEqualTo("all-events-rejected");
        assertThat(unknown.json().at("/errors/9/errors/0/code").asText()).isEqualTo("series-limit");
        assertThat(known.status()).isEqualTo(200);
        assertThat(known.json().path("accepted").asInt()).isEqualTo(10);
    }

    private ApiClient.Answer post(TenantId tenant, String lines) {
        return new ApiClient(server.port(), authenticator.token(tenant))
                .post(
                        "/api/v1/streams/orders/events",
                        lines,
                        "Content-Type",
                        "application/x-ndjson");
    }

    /** An event of each series from one to before another. */
    private static String lines(int from, int to) {
        StringBuilder lines = new StringBuilder();
        for (int i = from; i < to; i++) {
            lines.append("{\"shop\":\"s").append(i).append("\"}\n");
        }
        return lines.toString();
    }

    private long written(StreamDefinition stream) {
        return TopicReader.all(kafka, kafka.topics().events()).stream()
                .filter(record -> isOf(stream, record))
                .count();
    }

    private static boolean isOf(StreamDefinition stream, ConsumerRecord<byte[], byte[]> record) {
        return TopicReader.header(record, RecordHeaders.STREAM)
                .filter(stream.id().toString()::equals)
                .isPresent();
    }
}
