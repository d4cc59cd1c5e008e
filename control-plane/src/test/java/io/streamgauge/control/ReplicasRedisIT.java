package io.streamgauge.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.config.KafkaConfig;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.Backends;
import io.streamgauge.control.testing.ControlPlaneProcess;
import io.streamgauge.control.testing.RedisServer;
import io.streamgauge.control.testing.TestingIssuer;
import java.io.IOException;
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
    private final List<ControlPlaneProcess> processes = new ArrayList<>();
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
        for (int i = 0; i < 2; i++) {
            processes.add(
                    ControlPlaneProcess.start(
                            BACKENDS,
                            kafka,
                            folder.resolve("jwks.json"),
                            Map.of("STREAMGAUGE_REDIS_URL", redis.config().url())));
        }
        processes.forEach(ControlPlaneProcess::awaitReady);
        first = processes.get(0).port();
        second = processes.get(1).port();
    }

    @AfterEach
    void stopBoth() throws InterruptedException {
        for (ControlPlaneProcess process : processes) {
            process.close();
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
        assertThat(degraded(processes.getFirst())).isZero();

        redis.kill();

        await().atMost(SOON)
                .until(
                        () ->
                                one.get(STREAMS).status() == 200
                                        && degraded(processes.getFirst()) == 1);
        redis.start();
        await().atMost(SOON)
                .until(
                        () ->
                                one.get(STREAMS).status() == 200
                                        && degraded(processes.getFirst()) == 0);
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
        return processes.stream()
                .mapToDouble(it -> it.metric("streamgauge_rate_limit_fallbacks_total"))
                .sum();
    }

    private static double degraded(ControlPlaneProcess process) {
        return process.metric("streamgauge_rate_limit_degraded");
    }
}
