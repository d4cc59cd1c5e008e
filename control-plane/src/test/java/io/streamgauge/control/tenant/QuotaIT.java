package io.streamgauge.control.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.ApiClient.Answer;
import io.streamgauge.control.testing.RunningControlPlane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That what is counted is never more than it may be, however many ask at once. */
class QuotaIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final int LIMIT = 5;
    private static final int RIVALS = 32;

    private TenantId tenant;
    private ApiClient client;

    /** What is counted, and how one more is asked for. */
    enum Counted {
        STREAMS(
                Quota.STREAMS,
                "/api/v1/streams",
                """
                {"name": "s%d", "fields": [{"name": "v", "type": "number", "role": "measure"}]}\
                """),
        API_KEYS(
                Quota.API_KEYS,
                "/api/v1/api-keys",
                """
                {"name": "k%d", "scopes": ["streams:read"]}\
                """),
        MEMBERS(
                Quota.MEMBERS,
                "/api/v1/members",
                """
                {"subject": "user-%d", "role": "viewer"}\
                """);

        private final Quota quota;
        private final String path;
        private final String body;

        Counted(Quota quota, String path, String body) {
            this.quota = quota;
            this.path = path;
            this.body = body;
        }

        Answer create(ApiClient client, int number) {
            return client.post(path, body.formatted(number));
        }
    }

    @BeforeEach
    void newTenant() {
        tenant = SERVER.backends().newTenant();
        client = SERVER.admin(tenant);
    }

    @ParameterizedTest
    @EnumSource
    void letsExactlyAsManyPassAsThereIsRoomForHoweverManyAskAtOnce(Counted counted)
            throws Exception {
        limit(counted, LIMIT);
        CountDownLatch go = new CountDownLatch(1);
        List<Future<Answer>> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(RIVALS)) {
            for (int i = 0; i < RIVALS; i++) {
                int number = i;
                answers.add(
                        threads.submit(
                                () -> {
                                    go.await();
                                    return counted.create(client, number);
                                }));
            }
            go.countDown();
        }

        List<Answer> created = new ArrayList<>();
        for (Future<Answer> future : answers) {
            Answer answer = future.get();
            if (answer.status() == 201) {
                created.add(answer);
                continue;
            }
            JsonNode problem = answer.json();
            assertThat(answer.status()).as(answer.body()).isEqualTo(403);
            assertThat(problem.path("code").asText()).isEqualTo("quota-exceeded");
            assertThat(problem.path("quota").asText()).isEqualTo(counted.quota.wireName());
            assertThat(problem.path("limit").asInt()).isEqualTo(LIMIT);
            assertThat(problem.path("used").asInt()).isEqualTo(LIMIT);
        }
        assertThat(created).hasSize(LIMIT);
        assertThat(used(counted)).isEqualTo(LIMIT);
        assertThat(client.get(counted.path).json().path("items")).hasSize(LIMIT);
    }

    @ParameterizedTest
    @EnumSource
    void givesRoomBackWithWhatIsDeleted(Counted counted) {
        limit(counted, 1);
        Answer first = counted.create(client, 1);
        assertThat(counted.create(client, 2).status()).isEqualTo(403);

        client.delete(first.header("Location"), "If-Match", "*");

        assertThat(used(counted)).isZero();
        assertThat(counted.create(client, 2).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @EnumSource
    void saysHowMuchIsUsedWhereTheLimitWasLoweredBelowIt(Counted counted) {
        for (int i = 0; i < 3; i++) {
            counted.create(client, i);
        }
        limit(counted, 1);

        JsonNode problem = counted.create(client, 3).json();

        assertThat(problem.path("limit").asInt()).isEqualTo(1);
        assertThat(problem.path("used").asInt()).isEqualTo(3);
    }

    private void limit(Counted counted, int most) {
        SERVER.backends()
                .owner()
                .useHandle(
                        handle ->
                                handle.execute(
                                        "UPDATE tenant_resources SET quota_limit = ? WHERE"
                                                + " tenant_id = ? AND resource_type = ?",
                                        most,
                                        tenant.value(),
                                        counted.quota.wireName()));
    }

    private int used(Counted counted) {
        return SERVER.backends()
                .owner()
                .withHandle(
                        handle ->
                                handle.select(
                                                "SELECT quota_used FROM tenant_resources WHERE"
                                                        + " tenant_id = ? AND resource_type = ?",
                                                tenant.value(),
                                                counted.quota.wireName())
                                        .mapTo(Integer.class)
                                        .one());
    }
}
