package io.streamgauge.control.job;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads how the jobs are, from Flink. A job takes several requests, one for each of its operators
 * among them; jobs are asked for side by side. Of jobs that have ended only the last of each name
 * is told, where no other of that name runs: a job that was submitted anew left its past behind.
 */
final class FlinkJobs implements JobSource {

    /** For all requests of a reading together. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final String RATES = "busyTimeMsPerSecond,backPressuredTimeMsPerSecond";

    private final FlinkClient flink;

    FlinkJobs(FlinkClient flink) {
        this.flink = flink;
    }

    @Override
    public List<JobHealth> read() throws IOException {
        JsonNode overview = flink.get("/jobs/overview");
        if (!overview.path("jobs").isArray()) {
            throw new IOException("/jobs/overview: no jobs (expected: Flink's REST API)");
        }
        try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JobHealth>> reading = new ArrayList<>();
            for (JsonNode job : current(overview.path("jobs"))) {
                reading.add(readers.submit(() -> job(job)));
            }
            try {
                return await(reading);
            } finally {
                readers.shutdownNow(); // what is too late is not waited for
            }
        }
    }

    @Override
    public void close() {
        flink.close();
    }

    private static List<JobHealth> await(List<Future<JobHealth>> reading) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<JobHealth> jobs = new ArrayList<>();
        try {
            for (Future<JobHealth> job : reading) {
                jobs.add(job.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException io
                    ? io
                    : new IOException("what Flink tells of a job cannot be read", e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(
                    "not all was told within %d ms".formatted(PATIENCE.toMillis()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        jobs.sort(Comparator.comparing(JobHealth::name).thenComparing(JobHealth::id));
        return jobs;
    }

    /** All that run, and what ended where nothing of that name runs. */
    private static List<JsonNode> current(JsonNode jobs) {
        List<JsonNode> running = new ArrayList<>();
        Map<String, JsonNode> ended = new LinkedHashMap<>();
        for (JsonNode job : jobs) {
            if (hasEnded(job)) {
                ended.merge(job.path("name").asText(), job, FlinkJobs::later);
            } else {
                running.add(job);
            }
        }
        running.forEach(job -> ended.remove(job.path("name").asText()));
        running.addAll(ended.values());
        return running;
    }

    private static boolean hasEnded(JsonNode job) {
        return switch (job.path("state").asText()) {
            case "FINISHED", "CANCELED", "FAILED" -> true;
            default -> false;
        };
    }

    private static JsonNode later(JsonNode one, JsonNode other) {
        return one.path("start-time").asLong() < other.path("start-time").asLong() ? other : one;
    }

    private JobHealth job(JsonNode overview) throws IOException {
        String path = "/jobs/" + overview.path("jid").asText();
        JsonNode details = flink.get(path);
        List<OperatorHealth> operators = new ArrayList<>();
        for (JsonNode vertex : details.path("vertices")) {
            operators.add(operator(path, vertex));
        }
        return FlinkAnswers.job(
                overview,
                details,
                flink.get(path + "/metrics?get=numRestarts"),
                flink.get(path + "/checkpoints"),
                operators);
    }

    private OperatorHealth operator(String job, JsonNode vertex) throws IOException {
        String path = job + "/vertices/" + vertex.path("id").asText() + "/subtasks/metrics";
        JsonNode rates = flink.get(path + "?agg=max&get=" + RATES);
        if (!vertex.path("name").asText().contains("Source")) {
            return FlinkAnswers.operator(vertex, rates, List.of());
        }
        // The name of a source's metric has the operator's name in it; Flink lists them.
        List<String> names = FlinkAnswers.pendingRecordsNames(flink.get(path));
        List<JsonNode> pending = new ArrayList<>();
        for (String name : names) {
            pending.add(flink.get(path + "?agg=sum&get=" + name));
        }
        return FlinkAnswers.operator(vertex, rates, pending);
    }
}
