package io.streamgauge.local.flink;

import static java.util.Objects.requireNonNull;

import io.streamgauge.contracts.Topics;
import io.streamgauge.embedded.Folders;
import io.streamgauge.jobs.aggregation.AggregationJob;
import io.streamgauge.jobs.aggregation.AggregationJobOptions;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.CheckpointType;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.executiongraph.ErrorInfo;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Flink cluster in this JVM that runs the aggregation job, from its latest checkpoint where there
 * is one.
 *
 * <p>A clean stop takes a checkpoint and then cancels the job. After a hard stop the job goes back
 * to the last periodic checkpoint, reads the events since then again, and repeats their results,
 * whose ids are the same.
 */
public final class FlinkRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlinkRuntime.class);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 50;

    private final MiniCluster cluster;
    private final Configuration configuration;
    private final Path checkpoints;
    private final JobID job;
    private final URI webUi;
    private final ReentrantLock lifecycle = new ReentrantLock();
    private boolean submitted;
    private boolean closed;

    /**
     * How a job is doing.
     *
     * @param running whether each of its tasks is
     * @param restarts how often its tasks were started again since the job was submitted
     * @param failure the last failure's message, where there was one
     */
    public record Status(boolean running, int restarts, Optional<String> failure) {}

    private FlinkRuntime(
            MiniCluster cluster, Configuration configuration, Path checkpoints, URI webUi) {
        this.cluster = cluster;
        this.configuration = configuration;
        this.checkpoints = checkpoints;
        this.webUi = webUi;
        this.job = idOf(AggregationJob.NAME);
    }

    /**
     * Starts a cluster without a job.
     *
     * @param folder holds checkpoints and temporary files; made where missing
     * @param webPort of the web UI, on the loopback interface; 0 means any free one
     * @param logFile what the web UI shows as the log
     * @throws IOException where the cluster does not start
     */
    public static FlinkRuntime start(Path folder, int webPort, Path logFile) throws IOException {
        Configuration configuration = ClusterSettings.of(folder, webPort, logFile);
        prepareTemporary(ClusterSettings.temporary(folder));
        MiniCluster cluster =
                new MiniCluster(
                        new MiniClusterConfiguration.Builder()
                                .setConfiguration(configuration)
                                .setNumTaskManagers(1)
                                .setNumSlotsPerTaskManager(ClusterSettings.SLOTS)
                                .setCommonBindAddress(ClusterSettings.LOOPBACK)
                                .build());
        try {
            cluster.start();
            URI webUi = cluster.getRestAddress().get(30, TimeUnit.SECONDS);
            return new FlinkRuntime(
                    cluster, configuration, ClusterSettings.checkpoints(folder), webUi);
        } catch (Exception e) {
            IOException failure = new IOException("Flink did not start: " + rootMessage(e), e);
            try {
                await(cluster.closeAsync(), STOP_PATIENCE, "Flink does not stop");
            } catch (IOException alsoThat) {
                failure.addSuppressed(alsoThat);
            }
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw failure;
        }
    }

    /**
     * Submits the aggregation job and returns once all its tasks run.
     *
     * @throws IOException where its checkpoints cannot be used, or where it does not run within the
     *     patience
     */
    public void runAggregation(String bootstrapServers, Topics topics, Duration patience)
            throws IOException {
        CheckpointFolder folder = new CheckpointFolder(checkpoints.resolve(job.toString()));
        Optional<Path> checkpoint = folder.newestUsable();
        StreamGraph graph = aggregation(bootstrapServers, topics);
        List<Path> leftOver = List.of();
        if (checkpoint.isPresent()) {
            leftOver = folder.leftOver(checkpoint.get());
            LOG.info("the aggregation job starts from {}", checkpoint.get());
            graph.setSavepointRestoreSettings(
                    SavepointRestoreSettings.forPath(
                            checkpoint.get().toUri().toString(), false, RecoveryClaimMode.CLAIM));
        } else {
            LOG.info("the aggregation job starts without a checkpoint: there is none");
        }
        lifecycle.lock();
        try {
            await(cluster.submitJob(graph), patience, "the aggregation job was not accepted");
            submitted = true;
        } finally {
            lifecycle.unlock();
        }
        awaitRunning(patience);
        leftOver.forEach(Folders::delete);
    }

    /** Where a browser finds Flink's web UI. */
    public URI webUi() {
        return webUi;
    }

    /** How the job is doing; not running before it was submitted and after close(). */
    public Status status() {
        if (!submitted || !cluster.isRunning()) {
            return new Status(false, 0, Optional.empty());
        }
        try {
            AccessExecutionGraph graph =
                    await(
                            cluster.getExecutionGraph(job),
                            STOP_PATIENCE,
                            "the job's status is unknown");
            return statusOf(graph);
        } catch (IOException e) {
            return new Status(false, 0, Optional.ofNullable(e.getMessage()));
        }
    }

    /**
     * Takes a checkpoint now, and waits for it.
     *
     * @throws IOException where that fails, or takes longer than the patience
     */
    public void checkpoint(Duration patience) throws IOException {
        long number =
                await(
                        cluster.triggerCheckpoint(job, CheckpointType.CONFIGURED),
                        patience,
                        "the checkpoint failed");
        LOG.info("checkpoint {} is complete", number);
    }

    /** Takes a checkpoint, cancels the job and stops the cluster. */
    @Override
    public void close() {
        lifecycle.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            if (submitted) {
                stopJob();
            }
            await(cluster.closeAsync(), Duration.ofSeconds(10), "Flink does not stop");
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage(), e);
        } finally {
            lifecycle.unlock();
        }
    }

    private void stopJob() {
        try {
            if (status().running()) {
                checkpoint(STOP_PATIENCE);
            }
        } catch (IOException e) {
            LOG.warn("the next start goes back to an earlier checkpoint: {}", e.getMessage(), e);
        }
        try {
            await(cluster.cancelJob(job), STOP_PATIENCE, "the job was not cancelled");
            await(cluster.requestJobResult(job), STOP_PATIENCE, "the job does not end");
        } catch (IOException e) {
            LOG.warn("{}", e.getMessage(), e);
        }
    }

    private StreamGraph aggregation(String bootstrapServers, Topics topics) {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        AggregationJob.define(env, new AggregationJobOptions(bootstrapServers, topics));
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName(AggregationJob.NAME);
        graph.setJobId(job);
        return graph;
    }

    private void awaitRunning(Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            AccessExecutionGraph graph =
                    await(cluster.getExecutionGraph(job), patience, "the job's status is unknown");
            Status status = statusOf(graph);
            if (status.running()) {
                return;
            }
            if (graph.getState() == JobStatus.FAILED || System.nanoTime() > deadline) {
                throw new IOException(
                        "the aggregation job does not run (%s): %s"
                                .formatted(
                                        graph.getState(), status.failure().orElse("see the log")));
            }
            pause();
        }
    }

    /** Nothing in it outlives the process that wrote it; a killed one left it there. */
    private static void prepareTemporary(Path temporary) throws IOException {
        if (Files.exists(temporary)) {
            Folders.delete(temporary);
        }
        Files.createDirectories(temporary);
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the job starts", e);
        }
    }

    private static Status statusOf(AccessExecutionGraph graph) {
        boolean running = graph.getState() == JobStatus.RUNNING;
        int attempts = 0;
        for (AccessExecutionVertex task : graph.getAllExecutionVertices()) {
            running &= task.getExecutionState() == ExecutionState.RUNNING;
            attempts = Math.max(attempts, task.getCurrentExecutionAttempt().getAttemptNumber());
        }
        return new Status(running, attempts, failure(graph));
    }

    private static Optional<String> failure(AccessExecutionGraph graph) {
        Optional<ErrorInfo> ofJob = Optional.ofNullable(graph.getFailureInfo());
        Optional<ErrorInfo> ofTask =
                StreamSupport.stream(graph.getAllExecutionVertices().spliterator(), false)
                        .flatMap(task -> task.getFailureInfo().stream())
                        .findFirst();
        return ofJob.or(() -> ofTask)
                .map(
                        info ->
                                info.getException().getOriginalErrorClassName()
                                        + ": "
                                        + rootMessage(info.getException()));
    }

    private static <T> T await(CompletableFuture<T> future, Duration patience, String what)
            throws IOException {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException(what + ": " + rootMessage(e), e);
        } catch (TimeoutException e) {
            throw new IOException(what + ": no answer within " + patience.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + ": interrupted", e);
        }
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }

    /** The same id at each start, so that the job finds its folder again. */
    private static JobID idOf(String name) {
        UUID id = UUID.nameUUIDFromBytes(requireNonNull(name).getBytes(StandardCharsets.UTF_8));
        return new JobID(id.getLeastSignificantBits(), id.getMostSignificantBits());
    }
}
