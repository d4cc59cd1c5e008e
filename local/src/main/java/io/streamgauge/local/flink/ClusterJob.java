package io.streamgauge.local.flink;

import static java.util.Objects.requireNonNull;

import io.streamgauge.embedded.Folders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
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
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One job of a cluster, from its latest checkpoint on where there is one. */
final class ClusterJob {

    private static final Logger LOG = LoggerFactory.getLogger(ClusterJob.class);

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long POLL_MILLIS = 50;

    private final MiniCluster cluster;
    private final String name;
    private final JobID id;
    private final CheckpointFolder folder;

    ClusterJob(MiniCluster cluster, Path checkpoints, String name) {
        this.cluster = cluster;
        this.name = name;
        this.id = idOf(name);
        this.folder = new CheckpointFolder(checkpoints.resolve(id.toString()));
    }

    /** Submits it; returns what is left over in its folder, to be deleted once it runs. */
    List<Path> submit(
            Configuration configuration,
            Consumer<StreamExecutionEnvironment> definition,
            Duration patience)
            throws IOException {
        StreamExecutionEnvironment env =
                StreamExecutionEnvironment.getExecutionEnvironment(configuration);
        definition.accept(env);
        StreamGraph graph = env.getStreamGraph();
        graph.setJobName(name);
        graph.setJobId(id);
        Optional<Path> checkpoint = folder.newestUsable();
        List<Path> leftOver = List.of();
        if (checkpoint.isPresent()) {
            leftOver = folder.leftOver(checkpoint.get());
            LOG.info("the job {} starts from {}", name, checkpoint.get());
            graph.setSavepointRestoreSettings(
                    SavepointRestoreSettings.forPath(
                            checkpoint.get().toUri().toString(), false, RecoveryClaimMode.CLAIM));
        } else {
            LOG.info("the job {} starts without a checkpoint: there is none", name);
        }
        Futures.await(cluster.submitJob(graph), patience, "the job " + name + " was not accepted");
        return leftOver;
    }

    /** Returns once all its tasks run. */
    void awaitRunning(List<Path> leftOver, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            AccessExecutionGraph graph = graph(patience);
            FlinkRuntime.Status status = statusOf(graph);
            if (status.running()) {
                leftOver.forEach(Folders::delete);
                return;
            }
            if (graph.getState() == JobStatus.FAILED || System.nanoTime() > deadline) {
                throw new IOException(
                        "the job %s does not run (%s): %s"
                                .formatted(
                                        name,
                                        graph.getState(),
                                        status.failure().orElse("see the log")));
            }
            pause();
        }
    }

    FlinkRuntime.Status status() {
        try {
            return statusOf(graph(PATIENCE));
        } catch (IOException e) {
            return new FlinkRuntime.Status(false, 0, Optional.ofNullable(e.getMessage()));
        }
    }

    void checkpoint(Duration patience) throws IOException {
        long number =
                Futures.await(
                        cluster.triggerCheckpoint(id, CheckpointType.CONFIGURED),
                        patience,
                        "the checkpoint of the job " + name + " failed");
        LOG.info("checkpoint {} of the job {} is complete", number, name);
    }

    /** Takes a checkpoint and cancels the job; what fails is in the log. */
    void stop() {
        try {
            if (status().running()) {
                checkpoint(PATIENCE);
            }
        } catch (IOException e) {
            LOG.warn("the next start goes back to an earlier checkpoint: {}", e.getMessage(), e);
        }
        try {
            Futures.await(cluster.cancelJob(id), PATIENCE, "the job was not cancelled");
            Futures.await(cluster.requestJobResult(id), PATIENCE, "the job does not end");
        } catch (IOException e) {
            LOG.warn("{}: {}", name, e.getMessage(), e);
        }
    }

    private AccessExecutionGraph graph(Duration patience) throws IOException {
        return Futures.await(
                cluster.getExecutionGraph(id),
                patience,
                "the status of the job " + name + " is unknown");
    }

    private static FlinkRuntime.Status statusOf(AccessExecutionGraph graph) {
        boolean running = graph.getState() == JobStatus.RUNNING;
        int attempts = 0;
        for (AccessExecutionVertex task : graph.getAllExecutionVertices()) {
            running &= task.getExecutionState() == ExecutionState.RUNNING;
            attempts = Math.max(attempts, task.getCurrentExecutionAttempt().getAttemptNumber());
        }
        return new FlinkRuntime.Status(running, attempts, failure(graph));
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
                                        + Futures.rootMessage(info.getException()));
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a job starts", e);
        }
    }

    /** The same id at each start, so that the job finds its folder again. */
    private static JobID idOf(String name) {
        UUID id = UUID.nameUUIDFromBytes(requireNonNull(name).getBytes(StandardCharsets.UTF_8));
        return new JobID(id.getLeastSignificantBits(), id.getMostSignificantBits());
    }
}
