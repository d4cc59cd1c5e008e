package io.streamgauge.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.DatabaseConfig;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.RedisServer;
import io.streamgauge.control.testing.TestingIssuer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two control planes, each a process of its own, on one database, one Kafka and one Redis: what a
 * tenant may do it may do once, whichever of them it asks.
 */
@Tag("external")
@SuppressWarnings("NullAway.Init") // before each test
class ReplicasRedisIT {

    @RegisterExtension static final Backends BACKENDS = new Backends();

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String STREAMS = "/api/v1/streams";
    private static final String SPEC =
            """
            {"name": "s", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
            """;

    @RegisterExtension final RedisServer redis = new RedisServer();

    @TempDir private Path folder = Path.of("");

    private final TestingIssuer issuer = new TestingIssuer();
    private final List<Process> processes = new ArrayList<>();
    private TenantId tenant;
    private String token;
    private int first;
    private int second;

    @BeforeEach
    void startTwo() throws IOException {
        issuer.publishTo(folder.resolve("jwks.json"));
        KafkaConfig kafka = BACKENDS.kafka();
        tenant = BACKENDS.newTenant();
        token = issuer.token(tenant, "admin");
        first = freePort();
        second = freePort();
        startProcess(kafka, first);
        startProcess(kafka, second);
        for (int port : List.of(first, second)) {
            ApiClient anonymous = new ApiClient(port, "");
            await().atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> anonymous.get("/ready").status() == 200);
        }
    }

    @AfterEach
    void stopBoth() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
        }
        for (Process process : processes) {
            process.waitFor();
        }
    }

    @Test
    void letATenantThroughAsOftenAsItsLimitSaysAndNotTwiceThat() {
        setQuota("requests-per-hour", 40);
        ApiClient one = new ApiClient(first, token);
        ApiClient two = new ApiClient(second, token);
        warmUp();
        double localBefore = fallbacks();

        long passed = 0;
        for (int i = 0; i < 60; i++) {
            passed += Stream.of(one, two).filter(it -> it.get(STREAMS).status() == 200).count();
        }

        // A busy machine may let Redis be late for a decision, which is then the replica's own.
        assertThat((double) passed).isBetween(40.0, 40 + fallbacks() - localBefore);
        Answer refused = one.get(STREAMS);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("Retry-After")).isNotEmpty();
    }

    @Test
    void goOnWithLimitsOfTheirOwnWhileRedisIsDownAndSaySo() {
        setQuota("requests-per-hour", 1_000);
        ApiClient one = new ApiClient(first, token);
        assertThat(one.get(STREAMS).status()).isEqualTo(200);
        assertThat(degraded(first)).isZero();

        redis.kill();

        await().atMost(SOON).until(() -> one.get(STREAMS).status() == 200 && degraded(first) == 1);
        redis.start();
        await().atMost(SOON).until(() -> one.get(STREAMS).status() == 200 && degraded(first) == 0);
    }

    @Test
    void believeNoKeyThatTheOtherHasRevoked() {
        ApiClient one = new ApiClient(first, token);
        Answer made =
                one.post("/api/v1/api-keys", "{\"name\": \"k\", \"scopes\": [\"streams:read\"]}");
        ApiClient holder = new ApiClient(second, made.json().path("key").asText());
        assertThat(holder.get(STREAMS).status()).isEqualTo(200);

        assertThat(
                        one.delete(
                                        "/api/v1/api-keys/" + made.json().path("id").asText(),
                                        "If-Match",
                                        "*")
                                .status())
                .isEqualTo(204);

        await().atMost(Duration.ofSeconds(30)).until(() -> holder.get(STREAMS).status() == 401);
    }

    @Test
    void giveNothingAgainThatTheOtherHasChanged() {
        ApiClient one = new ApiClient(first, token);
        ApiClient two = new ApiClient(second, token);
        assertThat(one.post(STREAMS, SPEC).status()).isEqualTo(201);
        await().atMost(SOON).until(() -> two.get(STREAMS + "/s").status() == 200);
        assertThat(two.get(STREAMS + "/s").header("Cache-Status")).contains("hit");

        assertThat(
                        one.put(
                                        STREAMS + "/s",
                                        SPEC.replace("\"s\",", "\"s\", \"description\": \"new\","),
                                        "If-Match",
                                        "*")
                                .status())
                .isEqualTo(200);

        await().atMost(Duration.ofSeconds(30))
                .until(
                        () ->
                                two.get(STREAMS + "/s")
                                        .json()
                                        .path("description")
                                        .asText()
                                        .equals("new"));
    }

    private void setQuota(String resource, long limit) {
        BACKENDS.owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenant_resources SET quota_limit = ? WHERE"
                                                + " tenant_id = ? AND resource_type = ?",
                                        limit,
                                        tenant.value(),
                                        resource));
    }

    /** A process that has just started is slow, and takes Redis for it. */
    private void warmUp() {
        String token = issuer.token(BACKENDS.newTenant(), "viewer");
        await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> {
                            double before = fallbacks();
                            for (int i = 0; i < 20; i++) {
                                new ApiClient(first, token).get(STREAMS);
                                new ApiClient(second, token).get(STREAMS);
                            }
                            return fallbacks() == before;
                        });
    }

    private double fallbacks() {
        return metric(first, "streamgauge_rate_limit_fallbacks_total")
                + metric(second, "streamgauge_rate_limit_fallbacks_total");
    }

    private static double degraded(int port) {
        return metric(port, "streamgauge_rate_limit_degraded");
    }

    private static double metric(int port, String name) {
        return new ApiClient(port, "")
                .get("/metrics", "Accept", "text/plain")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElse(-1);
    }

    private void startProcess(KafkaConfig kafka, int port) throws IOException {
        DatabaseConfig database = BACKENDS.databaseConfig();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of(System.getProperty("streamgauge.jvm.flags", "").split(" ", -1)));
        command.removeIf(String::isBlank);
        command.addAll(
                List.of(
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ControlPlaneMain.class.getName()));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment()
                .putAll(
                        Map.ofEntries(
                                Map.entry("STREAMGAUGE_HTTP_HOST", "127.0.0.1"),
                                Map.entry("STREAMGAUGE_HTTP_PORT", Integer.toString(port)),
                                Map.entry("STREAMGAUGE_DATABASE_JDBC_URL", database.jdbcUrl()),
                                Map.entry("STREAMGAUGE_DATABASE_OWNER_USER", database.ownerUser()),
                                Map.entry("STREAMGAUGE_DATABASE_POOL_SIZE", "4"),
                                Map.entry(
                                        "STREAMGAUGE_KAFKA_BOOTSTRAP_SERVERS",
                                        kafka.bootstrapServers()),
                                Map.entry(
                                        "STREAMGAUGE_KAFKA_TOPIC_PREFIX",
                                        kafka.topics().events().replace(".events", "")),
                                Map.entry("STREAMGAUGE_KAFKA_EVENT_PARTITIONS", "3"),
                                Map.entry("STREAMGAUGE_KAFKA_RESULT_PARTITIONS", "3"),
                                Map.entry("STREAMGAUGE_KAFKA_REPLICATION_FACTOR", "1"),
                                Map.entry("STREAMGAUGE_KAFKA_EVENT_RETENTION", "1h"),
                                Map.entry("STREAMGAUGE_REDIS_URL", redis.config().url()),
                                Map.entry(
                                        "STREAMGAUGE_TOKEN_JWKS",
                                        folder.resolve("jwks.json").toString()),
                                Map.entry("STREAMGAUGE_TOKEN_ISSUER", TestingIssuer.ISSUER),
                                Map.entry("STREAMGAUGE_TOKEN_AUDIENCE", TestingIssuer.AUDIENCE)));
        Process process = builder.start();
        processes.add(process);
        Thread.ofVirtual().start(() -> passOn(process, port));
    }

    /** What a process says is of use where a test fails. */
    private static void passOn(Process process, int port) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
            lines.lines().forEach(line -> System.err.println("replica " + port + ": " + line));
        } catch (IOException e) {
            System.err.println("replica " + port + ": " + e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }
}
