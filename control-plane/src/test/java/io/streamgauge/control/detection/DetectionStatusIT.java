package io.streamgauge.control.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamgauge.contracts.TenantId;
import io.streamgauge.contracts.detection.DetectionStatus;
import io.streamgauge.contracts.detection.DetectionStatus.Observed;
import io.streamgauge.contracts.detection.DetectionStatus.State;
import io.streamgauge.contracts.stream.StreamDefinition;
import io.streamgauge.control.testing.ApiClient;
import io.streamgauge.control.testing.Results;
import io.streamgauge.control.testing.RunningControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** From what the subtasks of the job say to what a stream's page says. */
class DetectionStatusIT {

    @RegisterExtension static final RunningControlPlane SERVER = new RunningControlPlane();

    private static final String PATH = "/api/v1/streams/s/detection";
    private static final long NOW = Instant.parse("2026-03-01T10:00:00Z").toEpochMilli();
    private static final String TOO_NEW = "model: of features of version 2 (expected: 1)";

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
                                   {"name": "v", "type": "number", "role": "measure"}]}\
                                """);
        results = new Results(SERVER.config().kafka());
    }

    @AfterEach
    void close() {
        results.close();
    }

    @Test
    void saysNothingWhereTheJobHasNot() {
        assertThat(client.get(PATH).json().has("status")).isFalse();
    }

    @Test
    void saysOnHowManySubtasksWhichVersionIsInForceAndWhyNotOnOthers() {
        results.send(status(0, 4, State.ACTIVE, 2, 1)); // of a job with another parallelism
        results.send(status(3, 4, State.ACTIVE, 2, 1));
        results.send(status(0, 3, State.ACTIVE, 3, 10));
        results.send(status(1, 3, State.ACTIVE, 3, 11));
        results.send(status(2, 3, State.REFUSED, 3, 12));

        JsonNode status = awaitReported(12);

        assertThat(status.path("subtasks").asInt()).isEqualTo(3);
        assertThat(status.path("models").toString()).isEqualTo("[{\"version\":3,\"subtasks\":2}]");
        assertThat(status.path("refused").toString())
                .isEqualTo("[{\"subtask\":2,\"version\":3,\"reason\":\"%s\"}]".formatted(TOO_NEW));
    }

    @Test
    void addsUpWhatTheSeriesAreLike() {
        results.send(status(0, 2, State.NO_MODEL, 0, 5));
        results.send(status(1, 2, State.NO_MODEL, 0, 6));

        JsonNode status = awaitReported(6);

        assertThat(status.path("models")).isEmpty();
        assertThat(status.path("refused")).isEmpty();
        assertThat(status.path("measures").toString())
                .isEqualTo("{\"learning\":2,\"active\":4,\"constant\":6}");
        assertThat(status.path("invalidValues").asInt()).isEqualTo(8);
        assertThat(status.path("outOfOrder").asInt()).isEqualTo(10);
        assertThat(status.path("seriesBeyondLimit").asInt()).isEqualTo(14);
        assertThat(status.path("failures").asInt()).isEqualTo(12);
    }

    @Test
    void whatWasSaidEarlierReplacesNothing() {
        results.send(status(0, 1, State.ACTIVE, 3, 20));
        awaitReported(20);

        results.send(status(0, 1, State.NO_MODEL, 0, 19)); // as from an older run of the job
        StreamDefinition other =
                SERVER.backends()
                        .newStream(
                                stream.tenant(),
                                """
                                {"name": "t", "fields": [
                                   {"name": "v", "type": "number", "role": "measure"}]}\
                                """);
        results.send(status(other, 0, 1, State.NO_MODEL, 0, 21));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> client.get("/api/v1/streams/t/detection").json().has("status"));

        assertThat(client.get(PATH).json().at("/status/models/0/version").asInt()).isEqualTo(3);
    }

    private JsonNode awaitReported(int second) {
        String at = Instant.ofEpochMilli(NOW).plusSeconds(second).toString();
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(
                        () ->
                                assertThat(
                                                client.get(PATH)
                                                        .json()
                                                        .at("/status/reportedAt")
                                                        .asText())
                                        .isEqualTo(at));
        return client.get(PATH).json().path("status");
    }

    private DetectionStatus status(
            int subtask, int parallelism, State state, long version, int second) {
        return status(stream, subtask, parallelism, state, version, second);
    }

    private static DetectionStatus status(
            StreamDefinition stream,
            int subtask,
            int parallelism,
            State state,
            long version,
            int second) {
        return new DetectionStatus(
                stream.tenant(),
                stream.id(),
                subtask,
                parallelism,
                state,
                version == 0 ? Optional.empty() : Optional.of(new UUID(0, version)),
                version == 0 ? OptionalLong.empty() : OptionalLong.of(version),
                state == State.REFUSED ? Optional.of(TOO_NEW) : Optional.empty(),
                0.42,
                0,
                0,
                6,
                7,
                new Observed(1, 2, 3, 4, 5),
                NOW + second * 1_000L);
    }
}
