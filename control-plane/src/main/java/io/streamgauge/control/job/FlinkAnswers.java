package io.streamgauge.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Understands what Flink's REST API answers. Nothing that is missing or has another form is an
 * error: Flink leaves out what it does not know yet, and writes -1 and NaN for it.
 */
final class FlinkAnswers {

    private static final String PENDING_RECORDS = "pendingRecords";

    /** Operators are named by people; what would end or change a query is in no metric's name. */
    private static final String METRIC_NAME = "[A-Za-z0-9_.:~-]{1,300}";

    private static final double MILLIS_PER_SECOND = 1_000;
    private static final int MAX_REASON_CHARACTERS = 300;

    private FlinkAnswers() {}

    /**
     * A job.
     *
     * @param overview the job's part of {@code /jobs/overview}
     * @param details {@code /jobs/ID}
     * @param metrics {@code /jobs/ID/metrics}, of the metric numRestarts
     * @param checkpoints {@code /jobs/ID/checkpoints}
     */
    static JobHealth job(
            JsonNode overview,
            JsonNode details,
            JsonNode metrics,
            JsonNode checkpoints,
            List<OperatorHealth> operators) {
        String state = details.path("state").asText(overview.path("state").asText());
        return new JobHealth(
                overview.path("jid").asText(),
                overview.path("name").asText(),
                state.toLowerCase(Locale.ROOT),
                instant(details.path("timestamps").path(state))
                        .or(() -> instant(overview.path("last-modification"))),
                instant(overview.path("start-time")),
                number(metrics.path(0).path("value")),
                checkpoints.isObject() ? Optional.of(checkpoints(checkpoints)) : Optional.empty(),
                operators);
    }

    /**
     * A chain of operators.
     *
     * @param vertex its part of {@code /jobs/ID}
     * @param rates the largest of all tasks, in milliseconds a second
     * @param pending of each source in it, the sum of all tasks
     */
    static OperatorHealth operator(JsonNode vertex, JsonNode rates, List<JsonNode> pending) {
        OptionalLong pendingRecords =
                pending.stream()
                        .map(answer -> number(answer.path(0).path("sum")))
                        .filter(OptionalLong::isPresent)
                        .mapToLong(OptionalLong::getAsLong)
                        .reduce(Long::sum);
        return new OperatorHealth(
                vertex.path("name").asText(),
                vertex.path("status").asText().toLowerCase(Locale.ROOT),
                vertex.path("parallelism").asInt(),
                share(rates, "busyTimeMsPerSecond"),
                share(rates, "backPressuredTimeMsPerSecond"),
                pendingRecords);
    }

    /**
     * The names of the metrics that tell what sources have still to read, of all that there are.
     */
    static List<String> pendingRecordsNames(JsonNode metrics) {
        List<String> names = new ArrayList<>();
        for (JsonNode metric : metrics) {
            String name = metric.path("id").asText();
            if (name.endsWith("." + PENDING_RECORDS) && name.matches(METRIC_NAME)) {
                names.add(name);
            }
        }
        return names;
    }

    private static CheckpointHealth checkpoints(JsonNode json) {
        JsonNode counts = json.path("counts");
        return new CheckpointHealth(
                number(counts.path("completed")),
                number(counts.path("failed")),
                number(counts.path("in_progress")),
                completed(json.path("latest").path("completed")),
                failure(json.path("latest").path("failed")));
    }

    private static Optional<CheckpointHealth.Completed> completed(JsonNode json) {
        return instant(json.path("latest_ack_timestamp"))
                .map(
                        at ->
                                new CheckpointHealth.Completed(
                                        json.path("id").asLong(),
                                        at,
                                        Duration.ofMillis(
                                                Math.max(
                                                        0,
                                                        json.path("end_to_end_duration").asLong())),
                                        number(json.path("state_size")),
                                        number(json.path("checkpointed_size"))));
    }

    private static Optional<CheckpointHealth.Failure> failure(JsonNode json) {
        return instant(json.path("failure_timestamp"))
                .map(
                        at ->
                                new CheckpointHealth.Failure(
                                        at, line(json.path("failure_message").asText())));
    }

    private static Optional<String> line(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .map(line -> line.substring(0, Math.min(line.length(), MAX_REASON_CHARACTERS)));
    }

    private static OptionalDouble share(JsonNode metrics, String name) {
        for (JsonNode metric : metrics) {
            double value = metric.path("max").asDouble(Double.NaN);
            if (metric.path("id").asText().equals(name) && Double.isFinite(value)) {
                return OptionalDouble.of(Math.clamp(value / MILLIS_PER_SECOND, 0, 1));
            }
        }
        return OptionalDouble.empty();
    }

    /** A count: a number, or a text with one, as Flink writes metrics. */
    private static OptionalLong number(JsonNode json) {
        double value = json.asDouble(Double.NaN);
        return Double.isFinite(value) && value >= 0
                ? OptionalLong.of((long) value)
                : OptionalLong.empty();
    }

    private static Optional<Instant> instant(JsonNode json) {
        long millis = json.asLong(0);
        return millis > 0 ? Optional.of(Instant.ofEpochMilli(millis)) : Optional.empty();
    }
}
