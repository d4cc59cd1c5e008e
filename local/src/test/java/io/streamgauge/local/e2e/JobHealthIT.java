package io.streamgauge.local.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.local.LocalStack;
import io.streamgauge.local.LocalStackOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The health of the jobs, as the control plane reads it from a Flink that really runs. */
class JobHealthIT {

    /** Flink renews its metrics each 10 s; the rest is for a slow machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static final String STREAM =
            """
            {"name":"load","fields":[{"name":"load","type":"number","role":"measure"}],"windows":["1s"]}
            """;

    @Test
    void anOperatorSeesStateCheckpointsPressureAndLagOfEveryJob(@TempDir Path dataDir)
            throws Exception {
        try (LocalStack stack = LocalStack.start(LocalStackOptions.onFreePorts(dataDir));
                ApiClient editor = new ApiClient(stack.apiUrl(), token(stack, "editor"));
                ApiClient operator = new ApiClient(stack.apiUrl(), token(stack, "operator"))) {
            editor.createStream(STREAM);

            await().atMost(PATIENCE)
                    .pollInterval(Duration.ofSeconds(1))
                    .untilAsserted(
                            () -> {
                                editor.ingest("load", "application/json", "[{\"load\":1}]");
                                JsonNode report = operator.get("/api/v1/jobs");
                                assertThat(report.path("configured").asBoolean()).isTrue();
                                assertThat(report.path("items").findValuesAsText("name"))
                                        .contains("aggregation", "alerting", "anomaly");
                                for (JsonNode job : report.path("items")) {
                                    assertIsTold(job);
                                }
                            });
        }
    }

    private static void assertIsTold(JsonNode job) {
        assertThat(job.path("state").asText()).isEqualTo("running");
        assertThat(Instant.parse(job.path("since").asText()))
                .isAfterOrEqualTo(Instant.parse(job.path("startedAt").asText()));
        assertThat(job.path("restarts").isIntegralNumber()).as("restarts").isTrue();
        assertThat(job.path("lag").isIntegralNumber()).as("lag").isTrue();
        JsonNode checkpoints = job.path("checkpoints");
        assertThat(checkpoints.path("completed").asLong()).isPositive();
        assertThat(checkpoints.path("failed").isIntegralNumber()).isTrue();
        assertThat(checkpoints.at("/last/stateBytes").asLong()).isPositive();
        assertThat(checkpoints.at("/last/durationMillis").isIntegralNumber()).isTrue();
        List<JsonNode> operators = new ArrayList<>();
        job.path("operators").forEach(operators::add);
        assertThat(operators)
                .isNotEmpty()
                .allSatisfy(
                        operator -> {
                            assertThat(operator.path("state").asText()).isEqualTo("running");
                            assertThat(operator.path("busy").asDouble(-1)).isBetween(0.0, 1.0);
                            assertThat(operator.path("backpressured").asDouble(-1))
                                    .isBetween(0.0, 1.0);
                        });
    }

    private static String token(LocalStack stack, String role) {
        return stack.tokens().issue("test", LocalStack.DEMO, Set.of(role), Duration.ofHours(1));
    }
}
