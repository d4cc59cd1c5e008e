package io.streamgauge.control.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers as Flink 2.3 gives them; that it does is shown by the end-to-end tests. */
@SuppressWarnings("NullAway.Init") // before each test
class FlinkJobsTest {

    private static final String RATES =
            "/subtasks/metrics?agg=max&get=busyTimeMsPerSecond,backPressuredTimeMsPerSecond";

    private TestingFlink flink;
    private FlinkJobs jobs;

    @BeforeEach
    void start() throws IOException {
        flink = new TestingFlink();
        jobs = new FlinkJobs(new FlinkClient(flink.url()));
    }

    @AfterEach
    void stop() {
        jobs.close();
        flink.close();
    }

    @Test
    void tellsEverythingThatFlinkTellsOfARunningJob() throws IOException {
        flink.with("/jobs/overview", overview("a1", "aggregation", "RUNNING", 1_000))
                .with(
                        "/jobs/a1",
                        """
                        {"jid": "a1", "name": "aggregation", "state": "RUNNING",
                         "timestamps": {"CREATED": 1000, "RUNNING": 2000, "FAILED": 0},
                         "vertices": [
                           {"id": "v1", "name": "Source: events -> route events", "parallelism": 2, "status": "RUNNING"},
                           {"id": "v2", "name": "aggregate windows", "parallelism": 3, "status": "INITIALIZING"}]}
                        """)
                .with(
                        "/jobs/a1/metrics?get=numRestarts",
                        "[{\"id\": \"numRestarts\", \"value\": \"4\"}]")
                .with(
                        "/jobs/a1/checkpoints",
                        """
                        {"counts": {"restored": 1, "total": 12, "in_progress": 1, "completed": 9, "failed": 2},
                         "latest": {
                           "completed": {"id": 9, "trigger_timestamp": 4000, "latest_ack_timestamp": 5000,
                                         "state_size": 2048, "checkpointed_size": 512, "end_to_end_duration": 37},
                           "savepoint": null,
                           "failed": {"id": 8, "failure_timestamp": 4500, "failure_message": "\\n Checkpoint expired.\\n at x"}}}
                        """)
                .with(
                        "/jobs/a1/vertices/v1" + RATES,
                        """
                        [{"id": "busyTimeMsPerSecond", "max": 250.0},
                         {"id": "backPressuredTimeMsPerSecond", "max": 1004.0}]
                        """)
                .with(
                        "/jobs/a1/vertices/v1/subtasks/metrics",
                        """
                        [{"id": "numBytesIn"}, {"id": "Source__events.pendingRecords"},
                         {"id": "Source__events.pendingRecords&get=x.pendingRecords"}]
                        """)
                .with(
                        "/jobs/a1/vertices/v1/subtasks/metrics?agg=sum&get=Source__events.pendingRecords",
                        "[{\"id\": \"Source__events.pendingRecords\", \"sum\": 17.0}]")
                .with(
                        "/jobs/a1/vertices/v2" + RATES,
                        "[{\"id\": \"busyTimeMsPerSecond\", \"max\": \"NaN\"}]");

        JobHealth job = only(jobs.read());

        assertThat(job)
                .isEqualTo(
                        new JobHealth(
                                "a1",
                                "aggregation",
                                "running",
                                Optional.of(Instant.ofEpochMilli(2_000)),
                                Optional.of(Instant.ofEpochMilli(1_000)),
                                OptionalLong.of(4),
                                Optional.of(
                                        new CheckpointHealth(
                                                OptionalLong.of(9),
                                                OptionalLong.of(2),
                                                OptionalLong.of(1),
                                                Optional.of(
                                                        new CheckpointHealth.Completed(
                                                                9,
                                                                Instant.ofEpochMilli(5_000),
                                                                Duration.ofMillis(37),
                                                                OptionalLong.of(2_048),
                                                                OptionalLong.of(512))),
                                                Optional.of(
                                                        new CheckpointHealth.Failure(
                                                                Instant.ofEpochMilli(4_500),
                                                                Optional.of(
                                                                        "Checkpoint expired."))))),
                                List.of(
                                        new OperatorHealth(
                                                "Source: events -> route events",
                                                "running",
                                                2,
                                                OptionalDouble.of(0.25),
                                                OptionalDouble.of(1),
                                                OptionalLong.of(17)),
                                        new OperatorHealth(
                                                "aggregate windows",
                                                "initializing",
                                                3,
                                                OptionalDouble.empty(),
                                                OptionalDouble.empty(),
                                                OptionalLong.empty()))));
        assertThat(job.lag()).hasValue(17);
    }

    @Test
    void leavesEmptyWhatFlinkDoesNotTell() throws IOException {
        flink.with("/jobs/overview", overview("a1", "aggregation", "CREATED", -1));

        JobHealth job = only(jobs.read());

        assertThat(job)
                .isEqualTo(
                        new JobHealth(
                                "a1",
                                "aggregation",
                                "created",
                                Optional.empty(),
                                Optional.empty(),
                                OptionalLong.empty(),
                                Optional.empty(),
                                List.of()));
        assertThat(job.lag()).isEmpty();
        JsonNode json =
                JobJson.of(new JobReport(Instant.EPOCH, List.of(job)), Instant.EPOCH)
                        .at("/items/0");
        assertThat(json.path("checkpoints").isNull()).isTrue();
        assertThat(json.path("lag").isNull()).isTrue();
        assertThat(json.path("since").isNull()).isTrue();
    }

    @Test
    void tellsOfAJobThatHasEndedOnlyWhereNoOtherOfItsNameRuns() throws IOException {
        flink.with(
                "/jobs/overview",
                """
                {"jobs": [
                  {"jid": "old", "name": "alerting", "state": "CANCELED", "start-time": 1},
                  {"jid": "now", "name": "alerting", "state": "RESTARTING", "start-time": 2},
                  {"jid": "first", "name": "anomaly", "state": "CANCELED", "start-time": 3},
                  {"jid": "last", "name": "anomaly", "state": "FAILED", "start-time": 4}]}
                """);

        assertThat(jobs.read())
                .extracting(job -> job.id() + " " + job.state())
                .containsExactly("now restarting", "last failed");
    }

    @Test
    void agesOfCheckpointsAreToldAgainstNowAndNeverNegative() {
        JobHealth job =
                new JobHealth(
                        "a",
                        "a",
                        "running",
                        Optional.empty(),
                        Optional.empty(),
                        OptionalLong.empty(),
                        Optional.of(
                                new CheckpointHealth(
                                        OptionalLong.of(1),
                                        OptionalLong.of(0),
                                        OptionalLong.of(0),
                                        Optional.of(
                                                new CheckpointHealth.Completed(
                                                        1,
                                                        Instant.ofEpochMilli(5_000),
                                                        Duration.ZERO,
                                                        OptionalLong.empty(),
                                                        OptionalLong.empty())),
                                        Optional.empty())),
                        List.of());

        assertThat(age(job, 7_500)).isEqualTo(2_500);
        assertThat(age(job, 4_000)).isZero();
    }

    @Test
    void whatIsNoFlinkIsAnError() {
        flink.with("/jobs/overview", "{}");

        assertThatThrownBy(jobs::read).isInstanceOf(IOException.class);
    }

    @Test
    void aFlinkThatIsAwayIsAnError() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (FlinkJobs away = new FlinkJobs(new FlinkClient("http://127.0.0.1:" + port))) {
            assertThatThrownBy(away::read)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("/jobs/overview");
        }
    }

    @Test
    void aFlinkThatDoesNotAnswerIsNotWaitedForForLong() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                FlinkClient client =
                        new FlinkClient(
                                "http://127.0.0.1:" + silent.getLocalPort(),
                                Duration.ofMillis(50))) {
            assertThatThrownBy(() -> client.get("/jobs/overview")).isInstanceOf(IOException.class);
        }
    }

    private static long age(JobHealth job, long now) {
        return JobJson.of(new JobReport(Instant.EPOCH, List.of(job)), Instant.ofEpochMilli(now))
                .at("/items/0/checkpoints/last/ageMillis")
                .asLong();
    }

    private static JobHealth only(List<JobHealth> jobs) {
        assertThat(jobs).hasSize(1);
        return jobs.getFirst();
    }

    private static String overview(String id, String name, String state, long start) {
        return """
        {"jobs": [{"jid": "%s", "name": "%s", "state": "%s", "start-time": %d}]}
        """
                .formatted(id, name, state, start);
    }
}
